/** Content that the reading workloads need in the registry. */
import { pathTo } from "../../api/routes.ts";
import { digestOf } from "../../oci/digest.ts";
import type { Tag } from "../../oci/reference.ts";
import { imageManifest, smallBlob, type Blob } from "../content.ts";
import { pushBlob, pushManifest } from "../push.ts";
import type { Stored } from "../read.ts";
import type { Setting } from "../workload.ts";

/** Pushes a blob. */
export async function storeBlob({ client, repository }: Setting, blob: Blob): Promise<Stored> {
  await pushBlob(client, repository, blob);
  const { digest, size } = blob;
  return { path: pathTo("today", "blob", { name: repository, digest }), size, digest };
}

/** Pushes the blobs of an image, and returns its manifest. */
export async function storeImage({ client, repository, random }: Setting): Promise<Uint8Array> {
  const blobs = [smallBlob(random), smallBlob(random)] as const;
  for (const blob of blobs) await pushBlob(client, repository, blob);
  return imageManifest(blobs);
}

/** Pushes an image with its manifest and a tag. */
export async function storeManifest(setting: Setting): Promise<Stored> {
  const manifest = await storeImage(setting);
  const tag = "latest" as Tag;
  await pushManifest(setting.client, setting.repository, tag, manifest);
  const path = pathTo("today", "manifest", { name: setting.repository, tag });
  return { path, size: manifest.length, digest: digestOf(manifest) };
}
