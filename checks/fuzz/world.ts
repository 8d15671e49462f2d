/**
 * The content of the registry before the first request, so that requests can find something. It is the same in each
 * run.
 */
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, configOf, descriptorOf, imageOf, indexOf, type Content } from "../../test/support/content.ts";
import { compose, draftOf, type Message } from "./message.ts";

/** Repository names. Some of them contain the words of routes. */
export const repositories = [
  "fuzz/a",
  "fuzz/b",
  "library/busybox",
  "a",
  "team/blobs/uploads",
  "x/manifests/y",
  "tags/list",
  "v2/_catalog/z",
  "d--e/f.g_h",
] as const;
export const tags = ["latest", "v1.2.3", "_under", "A.b-c_D"] as const;

export const blobs: readonly Content[] = [
  blobOf("empty", 0),
  // The configuration of a real image, because the routes of 2014 return only what they can convert.
  configOf("config", blobOf("layer", 2_048)),
  blobOf("layer", 2_048),
  blobOf("long", 512, "sha512"),
  blobOf("other", 300),
];
const [, config, layer, long] = blobs as [Content, Content, Content, Content];

const image = imageOf(config, [layer]);
const artifact = imageOf(config, [long], {
  artifactType: "application/vnd.example.sbom.v1+json",
  subject: descriptorOf(image, mediaTypes.ociManifest),
  annotations: { "org.example.note": "a note" },
});
const index = indexOf([image]);

export interface Pushed extends Content {
  readonly mediaType: string;
}

/** In an order in which each manifest finds its references. */
export const manifests: readonly Pushed[] = [
  { ...image, mediaType: mediaTypes.ociManifest },
  { ...artifact, mediaType: mediaTypes.ociManifest },
  { ...index, mediaType: mediaTypes.ociIndex },
];

export const digests: readonly Digest[] = [...blobs, ...manifests].map(({ digest }) => digest);

export function digestBytes(bytes: Uint8Array): Digest {
  return digestOf(bytes);
}

/** The requests that push this content to a repository, again if some of it was deleted. */
export function* stocking(repository: string): Generator<Message> {
  for (const { bytes, digest } of blobs) {
    yield compose(draftOf("POST", `/v2/${repository}/blobs/uploads/?digest=${digest}`, bytes));
  }
  for (const [number, { bytes, mediaType }] of manifests.entries()) {
    const push = draftOf("PUT", `/v2/${repository}/manifests/${tags[number]}`, bytes);
    push.headers.push(["Content-Type", mediaType]);
    yield compose(push);
  }
}
