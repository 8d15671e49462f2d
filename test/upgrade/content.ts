/** Content that a release writes into a data directory, and that later releases must serve unchanged. */
import { digestOf } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, configOf, descriptorOf, imageOf, indexOf, type Content } from "../support/content.ts";
import { pushBlob, putManifest } from "../support/push.ts";
import { prettyjws, signedManifestOf } from "../support/schema1-push.ts";
import { Upload } from "../support/upload.ts";

/** A response as the release that wrote the directory gave it. */
export interface Reply {
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  /** The digest of the body; for an error, absent. */
  readonly digest?: string;
}

/** What `write` has left in a data directory. */
export interface Written {
  readonly replies: readonly Reply[];
  /** The path of an upload session that has received `unfinished` up to `received`. */
  readonly session: string;
}

/** The repository of most of the content. */
export const name = "team/app";
/** The blob of the unfinished upload session, and the number of its bytes that were sent. */
export const unfinished = blobOf("unfinished", 50_000);
/** The number of bytes of `unfinished` that the session has. */
export const received = 30_000;

const small = blobOf("small layer", 2_000);
const large = blobOf("large layer", 40_000);
const config = configOf("image", small);
const image = imageOf(config, [small, large]);
const otherImage = imageOf(config, [large]);
const platforms = indexOf([image, otherImage]);
const signature = imageOf(config, [small], {
  subject: descriptorOf(image, mediaTypes.ociManifest),
  artifactType: "application/vnd.example.signature",
  annotations: { "org.example.signed-by": "someone" },
});

/** Writes the content with requests that each release understands, and reads all of it. */
export async function write(url: string): Promise<Written> {
  for (const blob of [config, small, large]) await pushBlob(url, name, blob);
  await put(url, "latest", image);
  await put(url, "latest", otherImage);
  for (const tag of ["1.0", "removed"]) await put(url, tag, image);
  await put(url, "platforms", platforms, mediaTypes.ociIndex);
  await put(url, signature.digest, signature);
  await fetch(`${url}/v2/${name}/manifests/removed`, { method: "DELETE" });
  await mountAll(url, "team/copy");
  await putManifest(url, "team/copy", "1.0", image);
  await fetch(`${url}/v2/team/copy/manifests/${image.digest}`, { method: "DELETE" });
  const old = signedManifestOf("team/old", "1", [small.digest]);
  await pushBlob(url, "team/old", small);
  // Releases with schema 1 to 4 refuse this format.
  await putManifest(url, "team/old", "1", { bytes: old.document, digest: old.digest }, prettyjws);
  const upload = await Upload.start(url, name);
  await upload.patch(unfinished.bytes.slice(0, received), `0-${received - 1}`);
  return { replies: await readAll(url), session: upload.location };
}

async function put(url: string, reference: string, content: Content, mediaType?: string): Promise<void> {
  const response = await putManifest(url, name, reference, content, mediaType);
  if (response.status !== 201) throw new Error(`${reference} was not stored: ${await response.text()}`);
}

async function mountAll(url: string, repository: string): Promise<void> {
  for (const { digest } of [config, small, large]) {
    await fetch(`${url}/v2/${repository}/blobs/uploads/?mount=${digest}&from=${name}`, { method: "POST" });
  }
}

const paths = [
  "_catalog",
  `${name}/tags/list`,
  ...["latest", "1.0", "removed", "platforms"].map((tag) => `${name}/manifests/${tag}`),
  ...[image, otherImage, platforms, signature].map(({ digest }) => `${name}/manifests/${digest}`),
  ...[config, small, large].map(({ digest }) => `${name}/blobs/${digest}`),
  `${name}/referrers/${image.digest}`,
  "team/copy/tags/list",
  `team/copy/manifests/${image.digest}`,
  `team/copy/blobs/${large.digest}`,
  "team/old/manifests/1",
];

/** Reads all of the content. */
export function readAll(url: string): Promise<Reply[]> {
  return Promise.all(paths.map((path) => read(url, path)));
}

async function read(url: string, path: string): Promise<Reply> {
  const response = await fetch(`${url}/v2/${path}`);
  const bytes = await response.bytes();
  const { status } = response;
  return {
    path,
    status,
    type: response.headers.get("content-type"),
    ...(status === 200 && { digest: digestOf(bytes) }),
  };
}
