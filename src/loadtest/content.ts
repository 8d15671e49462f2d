import { createHash, type Hash } from "node:crypto";
import { digestOf, type Digest } from "../oci/digest.ts";
import { mediaTypes } from "../oci/media-type.ts";
import type { Stream } from "./http/request.ts";

/** A source of random content. It is a parameter, so that a test can get the same content twice. */
export type RandomBytes = (size: number) => Uint8Array;

/** Random bytes of the system. */
export const randomBytes: RandomBytes = (size) => crypto.getRandomValues(new Uint8Array(size));

/** Maximum bytes of one call of `getRandomValues`. */
const blockBytes = 64 * 1024;
/** Bytes that differ between large blobs. They are enough that no registry has the same blob. */
const tailBytes = 32;

/** A blob to push. */
export interface Blob {
  readonly digest: Digest;
  readonly size: number;
  readonly content: Uint8Array | Stream;
}

/** Makes a random blob of a few kilobytes. */
export function smallBlob(random: RandomBytes, size = 4096): Blob {
  const content = random(size);
  return { digest: digestOf(content), size, content };
}

/** Makes large blobs of one size that differ only at their end, so that the common part is hashed once. */
export class LargeBlobs {
  readonly #random: RandomBytes;
  readonly #size: number;
  readonly #block: Uint8Array;
  readonly #hash: Hash = createHash("sha256");

  constructor(random: RandomBytes, size: number) {
    this.#random = random;
    this.#size = size;
    this.#block = random(blockBytes);
    for (const piece of this.#pieces(new Uint8Array())) this.#hash.update(piece);
  }

  next(): Blob {
    const tail = this.#random(Math.min(tailBytes, this.#size));
    const digest = `sha256:${this.#hash.copy().update(tail).digest("hex")}` as Digest;
    const content = { size: this.#size, pieces: { [Symbol.iterator]: () => this.#pieces(tail) } };
    return { digest, size: this.#size, content };
  }

  *#pieces(tail: Uint8Array): Generator<Uint8Array> {
    let left = this.#size - Math.min(tailBytes, this.#size);
    for (; left > 0; left -= blockBytes) yield left >= blockBytes ? this.#block : this.#block.subarray(0, left);
    yield tail;
  }
}

/** Builds a minimal image manifest of blobs. The first blob is its configuration. */
export function imageManifest([config, ...layers]: readonly [Blob, ...Blob[]]): Uint8Array {
  const descriptor = ({ digest, size }: Blob, mediaType: string) => ({ mediaType, digest, size });
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: descriptor(config, "application/vnd.oci.image.config.v1+json"),
      layers: layers.map((layer) => descriptor(layer, "application/vnd.oci.image.layer.v1.tar")),
    }),
  );
}
