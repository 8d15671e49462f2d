/** A registry with one of each kind of content, and a request that succeeds there for each row of the table. */
import type { Row } from "../../src/api/describe.ts";
import type { Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, imageOf, type Content } from "./content.ts";
import { pushBlob, pushImage, startUpload } from "./push.ts";
import type { RawRequest } from "./raw.ts";
import type { TestRegistry } from "./registry.ts";
import { requestOf, type Replacements } from "./requests.ts";

/** The content that `prepare` has pushed or made. */
export interface Prepared {
  readonly name: string;
  readonly tag: string;
  readonly manifest: Content;
  readonly blob: Content;
  /** A blob in the repository that nothing refers to. */
  readonly loose: Content;
  /** A manifest that is not pushed yet, although all its references are. */
  readonly nextManifest: Content;
  /** A blob that is not pushed yet. */
  readonly nextBlob: Content;
  /** The path of an upload session without bytes. */
  readonly location: string;
}

/** Pushes one of each kind of content to a repository. */
export async function prepare({ url }: Pick<TestRegistry, "url">, name: string): Promise<Prepared> {
  const { manifest, config, layer } = await pushImage(url, name, "latest");
  const loose = blobOf(`${name} loose`);
  await pushBlob(url, name, loose);
  return {
    name,
    tag: "latest",
    manifest,
    blob: layer,
    loose,
    nextManifest: imageOf(config, [layer], { annotations: { next: name } }),
    nextBlob: blobOf(`${name} next`),
    location: await startUpload(url, name),
  };
}

/** A request for existing content. If the row changes something, the request can succeed. */
export function succeedingRequest(row: Row, prepared: Prepared): RawRequest {
  const { name, tag, location } = prepared;
  const session = location.slice(location.lastIndexOf("/") + 1);
  const path = { name, tag, session, digest: digestFor(row, prepared) };
  return requestOf(row, { ...contentFor(row, prepared), path });
}

function digestFor({ id }: Row, { manifest, nextManifest, blob, loose }: Prepared): Digest {
  if (id === "blob-delete") return loose.digest;
  if (id === "manifest-put-digest") return nextManifest.digest;
  return id.includes("blob-") ? blob.digest : manifest.digest;
}

function contentFor({ id }: Row, { name, nextManifest, nextBlob, blob }: Prepared): Replacements {
  switch (id) {
    case "manifest-put-tag":
    case "manifest-put-digest":
    case "legacy-manifest-put":
      return { body: nextManifest.bytes, headers: [["Content-Type", mediaTypes.ociManifest]] };
    case "upload-monolithic":
    case "upload-finish":
    case "legacy-upload-finish":
      return { body: nextBlob.bytes, query: { digest: nextBlob.digest } };
    case "upload-mount":
      return { query: { mount: blob.digest, from: name } };
    default:
      return {};
  }
}
