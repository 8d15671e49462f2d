import { digestOf, type Algorithm, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";

/** Bytes with their digest. */
export interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly digest: Digest;
}

/** Content that differs for each seed, and is the same in each run. */
export function blobOf(seed: string, size = 64, algorithm: Algorithm = "sha256"): Content {
  const bytes = new Uint8Array(size);
  const pattern = Buffer.from(`${seed}|`);
  for (let at = 0; at < size; at += 1) bytes[at] = (pattern[at % pattern.length]! + (at >> 8)) & 0xff;
  return { bytes, digest: digestOf(bytes, algorithm) };
}

/** The descriptor of content. */
export function descriptorOf({ bytes, digest }: Content, mediaType: string = mediaTypes.octets) {
  return { mediaType, digest, size: bytes.length };
}

/** The content of a JSON document. */
export function json(document: unknown, algorithm: Algorithm = "sha256"): Content {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return { bytes, digest: digestOf(bytes, algorithm) };
}

/** The configuration of an image with this layer, made in one step. */
export function configOf(seed: string, layer: Content): Content {
  const rootfs = { type: "layers", diff_ids: [layer.digest] };
  return json({ architecture: "amd64", os: "linux", history: [{ created_by: seed }], rootfs });
}

/** An OCI image manifest of these blobs; the first one is its configuration. */
export function imageOf(
  config: Content,
  layers: readonly Content[],
  extra: Readonly<Record<string, unknown>> = {},
): Content {
  return json({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: descriptorOf(config, "application/vnd.oci.image.config.v1+json"),
    layers: layers.map((layer) => descriptorOf(layer, "application/vnd.oci.image.layer.v1.tar")),
    ...extra,
  });
}

/** An OCI image index of these manifests. */
export function indexOf(manifests: readonly Content[], extra: Readonly<Record<string, unknown>> = {}): Content {
  return json({
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: manifests.map((manifest) => descriptorOf(manifest, mediaTypes.ociManifest)),
    ...extra,
  });
}
