import { limits } from "../base/limits.ts";
import { HeldBytes } from "./held-bytes.ts";

/**
 * Joins pieces that are very short, so that a client that sends single bytes makes few writes (M9). What came before an error comes
 * before it.
 */
export async function* joinedPieces(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let short = new HeldBytes(undefined, limits.blobPieceLeastBytes);
  try {
    for await (const bytes of pieces) {
      if (short.length + bytes.length <= limits.blobPieceLeastBytes) {
        short.add(bytes);
        continue;
      }
      if (short.length > 0) yield short.bytes();
      short = new HeldBytes(undefined, limits.blobPieceLeastBytes);
      yield bytes;
    }
  } catch (error) {
    if (short.length > 0) yield short.bytes();
    throw error;
  }
  if (short.length > 0) yield short.bytes();
}
