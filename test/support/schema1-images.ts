/** Images of 2015: signed manifests with existing layers. */
import { expect } from "bun:test";
import { gzipSync } from "node:zlib";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { emptyLayer } from "../../src/docker/schema1/empty-layer.ts";
import { signPayload } from "../../src/docker/schema1/sign.ts";
import type { Content } from "./content.ts";
import { pushBlob, putManifest } from "./push.ts";
import { seededLayer, pushLayer, type TarLayer } from "./layers.ts";
import { payloadOf, signedAt, signingKeys } from "./schema1.ts";

/** A layer of a schema 1 image. */
export interface Schema1Layer {
  readonly blobSum: Digest;
  /** Members of the layer's image, besides the id and the parent. */
  readonly v1?: Readonly<Record<string, unknown>>;
}

/** A manifest of these layers, the base first, signed with one key. */
export function schema1ImageOf(name: string, tag: string, layers: readonly Schema1Layer[]) {
  const idOf = (place: number) => digestOf(Buffer.from(`${name} ${place}`)).slice("sha256:".length);
  const entries = layers.map(({ blobSum, v1 }, place) => ({
    layer: { blobSum },
    image: {
      v1Compatibility: JSON.stringify({ id: idOf(place), ...(place > 0 && { parent: idOf(place - 1) }), ...v1 }),
    },
  }));
  const topFirst = entries.toReversed();
  const payload = payloadOf(
    {
      schemaVersion: 1,
      name,
      tag,
      architecture: "amd64",
      fsLayers: topFirst.map(({ layer }) => layer),
      history: topFirst.map(({ image }) => image),
    },
    "   ",
  );
  return { payload, bytes: signPayload(payload, signingKeys.ES256, signedAt), digest: digestOf(payload) };
}

/** An image with a compressed layer, a layer with a tarsum, and a step that changed no file. */
export interface OldImage {
  readonly manifest: ReturnType<typeof schema1ImageOf>;
  readonly base: TarLayer;
  readonly compressed: Content;
  readonly upper: TarLayer;
}

/** Makes an image as Docker did in 2015. */
export function oldImageOf(name: string, tag: string): OldImage {
  const [base, upper] = [seededLayer(`${name} base`), seededLayer(`${name} upper`)];
  const bytes = Uint8Array.from(gzipSync(base.bytes));
  const compressed = { bytes, digest: digestOf(bytes) };
  const manifest = schema1ImageOf(name, tag, [
    {
      blobSum: compressed.digest,
      v1: { created: "2015-01-02T03:04:05Z", container_config: { Cmd: ["/bin/sh -c #(nop) ADD file:1 in /"] } },
    },
    { blobSum: upper.tarsum, v1: { created: "2015-01-02T03:04:06Z", container_config: { Cmd: ["/bin/sh -c make"] } } },
    {
      blobSum: emptyLayer.digest,
      v1: {
        created: "2015-01-02T03:04:07Z",
        throwaway: true,
        container_config: { Cmd: ["/bin/sh -c #(nop) CMD"] },
        docker_version: "1.8.0",
        os: "linux",
        architecture: "amd64",
        config: { Cmd: ["/bin/true"], Hostname: "0123456789ab" },
      },
    },
  ]);
  return { manifest, base, compressed, upper };
}

/** Pushes the whole image, each layer under the digest in the manifest. */
export async function pushOldImage(url: string, name: string, tag: string): Promise<OldImage> {
  const image = oldImageOf(name, tag);
  await pushLayers(url, name, image);
  const put = await putManifest(url, name, tag, image.manifest, mediaTypes.dockerSchema1Signed);
  expect(put.status, await put.text()).toBe(201);
  return image;
}

/** Pushes the layers of an old image. */
export async function pushLayers(url: string, name: string, { compressed, upper }: OldImage): Promise<void> {
  await pushBlob(url, name, compressed);
  await pushLayer(url, name, upper.bytes, upper.tarsum);
  await pushBlob(url, name, { bytes: Uint8Array.from(emptyLayer.bytes), digest: emptyLayer.digest });
}
