import type { MaybePromise } from "../base/async/maybe-promise.ts";
import { httpLimits } from "./limits.ts";
import { HeldBytes } from "./held-bytes.ts";

/**
 * Joins pieces that are very short, so that a client that sends single bytes causes few writes (M9). What came before an error
 * comes before it. `ready` is awaited before each piece that comes out: one generator for both, because each one that a piece passes
 * takes a hundredth off the rate of a large push.
 */
export async function* joinedPieces(
  pieces: AsyncIterable<Uint8Array>,
  ready: () => MaybePromise<void> = () => undefined,
): AsyncGenerator<Uint8Array> {
  let short = new HeldBytes(undefined, httpLimits.blobPieceLeastBytes);
  try {
    for await (const bytes of pieces) {
      if (short.length + bytes.length <= httpLimits.blobPieceLeastBytes) {
        short.add(bytes);
        continue;
      }
      const waiting = ready();
      if (waiting) await waiting;
      if (short.length > 0) yield short.bytes();
      short = new HeldBytes(undefined, httpLimits.blobPieceLeastBytes);
      yield bytes;
    }
  } catch (error) {
    if (short.length > 0) yield short.bytes();
    throw error;
  }
  if (short.length === 0) return;
  await ready();
  yield short.bytes();
}
