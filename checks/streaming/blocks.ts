import { Random } from "../crash/random.ts";

export const blockBytes = 1024 * 1024;

/** Random bytes, twice as long as a block. A block is a window on them, so no content needs to be in memory. */
const pool = makePool();

function makePool(): Uint8Array<ArrayBuffer> {
  const random = new Random(20_260_101);
  const words = Uint32Array.from({ length: (2 * blockBytes) / 4 }, () => random.next());
  return new Uint8Array(words.buffer);
}

/** Content of whole blocks, the same in each process for the same number. */
export interface Blob {
  readonly number: number;
  readonly blocks: number;
}

export function sizeOf({ blocks }: Blob): number {
  return blocks * blockBytes;
}

function blockOf({ number }: Blob, index: number): Uint8Array<ArrayBuffer> {
  const start = Math.imul(number * 65_537 + index + 1, 2_654_435_761) >>> 12;
  return pool.subarray(start, start + blockBytes);
}

export function* blocksOf(blob: Blob): Generator<Uint8Array<ArrayBuffer>> {
  for (let index = 0; index < blob.blocks; index += 1) yield blockOf(blob, index);
}

/** `end` is exclusive. */
export function rangeOf(blob: Blob, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  for (let at = start; at < end;) {
    const within = at % blockBytes;
    const piece = blockOf(blob, Math.floor(at / blockBytes)).subarray(within, within + end - at);
    bytes.set(piece, at - start);
    at += piece.length;
  }
  return bytes;
}

export function digestOfBlob(blob: Blob): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const block of blocksOf(blob)) hash.update(block);
  return `sha256:${hash.digest("hex")}`;
}
