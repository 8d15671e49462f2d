import { expect } from "bun:test";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { metadataLimits } from "../../src/metadata/limits.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import { hashingLimits } from "../../src/registry/hashing/limits.ts";
import { blobOf, configOf, imageOf } from "../../test/support/content.ts";
import { pushLayer, seededLayer } from "../../test/support/layers.ts";
import { pushModern } from "../../test/support/modern-image.ts";
import { codesOf, pushBlob, pushImage, putManifest } from "../../test/support/push.ts";
import { pushOldImage } from "../../test/support/schema1-images.ts";
import { expectGiven } from "../../test/support/schema1-push.ts";

/** A request that only succeeds if a thread starts and answers. */
export interface ThreadUse {
  /** Whether the registry must run without the setting `legacy`. */
  readonly withoutLegacy?: boolean;
  /** Sends requests to the registry at this URL, and checks the replies. */
  readonly use: (url: string) => Promise<void>;
}

/** A use of each file that runs as a thread. */
export const threadUses: Readonly<Record<string, ThreadUse>> = {
  "metadata/sqlite/writer.worker.ts": { use: pushAndPull },
  "metadata/sqlite/lookup.worker.ts": { use: pushManyReferences },
  "registry/hashing/hash.worker.ts": { use: pushLargeBlob },
  "registry/content/manifest-parser.worker.ts": { withoutLegacy: true, use: pushLargeManifest },
  "registry/legacy/manifest-parser.worker.ts": { use: pushSigned },
  "registry/legacy/tarsum.worker.ts": { use: pushTarsum },
  "registry/legacy/conversion.worker.ts": { use: pullConverted },
};

async function pushAndPull(url: string): Promise<void> {
  const { manifest, layer } = await pushImage(url, "thread/writer", "latest");
  const pulled = await fetch(`${url}/v2/thread/writer/manifests/latest`);
  expect([pulled.status, await pulled.bytes()]).toEqual([200, manifest.bytes]);
  await expectBlob(url, "thread/writer", layer);
}

async function pushManyReferences(url: string): Promise<void> {
  const layers = Array.from({ length: metadataLimits.referencesAtOnce + 1 }, (_, index) => blobOf(`missing ${index}`));
  const put = await putManifest(url, "thread/lookup", "latest", imageOf(configOf("many", layers[0]!), layers));
  expect([put.status, new Set(await codesOf(put))]).toEqual([400, new Set(["MANIFEST_BLOB_UNKNOWN"])]);
}

async function pushLargeBlob(url: string): Promise<void> {
  const blob = blobOf("large", 8 * hashingLimits.hashedTogetherBytes);
  await pushBlob(url, "thread/hash", blob);
  await expectBlob(url, "thread/hash", blob);
}

async function pushLargeManifest(url: string): Promise<void> {
  const layer = blobOf("layer");
  const config = configOf("large manifest", layer);
  for (const blob of [config, layer]) await pushBlob(url, "thread/parser", blob);
  const manifest = imageOf(config, [layer], { annotations: { long: "x".repeat(ociLimits.manifestReadAtOnceBytes) } });
  const put = await putManifest(url, "thread/parser", "latest", manifest);
  expect([put.status, put.headers.get("docker-content-digest")]).toEqual([201, manifest.digest]);
}

async function pushSigned(url: string): Promise<void> {
  const { manifest } = await pushOldImage(url, "thread/signed", "latest");
  await expectGiven(`${url}/v2/thread/signed/manifests/latest`, { ...manifest, document: manifest.bytes });
}

async function pushTarsum(url: string): Promise<void> {
  const { bytes, digest, tarsum } = seededLayer("tarsum");
  await pushLayer(url, "thread/tarsum", bytes, tarsum);
  for (const name of [digest, tarsum]) await expectBlob(url, "thread/tarsum", { bytes, digest: name });
}

async function pullConverted(url: string): Promise<void> {
  await pushModern(url, "thread/conversion", "latest");
  const accept = `${mediaTypes.dockerSchema1Signed}, ${mediaTypes.dockerSchema1}`;
  const pulled = await fetch(`${url}/v2/thread/conversion/manifests/latest`, { headers: { accept } });
  const { fsLayers } = (await pulled.json()) as { fsLayers?: unknown[] };
  expect([pulled.status, fsLayers?.length]).toEqual([200, 3]);
}

async function expectBlob(url: string, name: string, { bytes, digest }: { bytes: Uint8Array; digest: string }) {
  const pulled = await fetch(`${url}/v2/${name}/blobs/${digest}`);
  expect([digest, pulled.status]).toEqual([digest, 200]);
  expect(Buffer.from(await pulled.arrayBuffer()).equals(bytes)).toBe(true);
}
