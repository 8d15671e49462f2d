import type { MaybePromise } from "../base/async/maybe-promise.ts";
import { httpLimits } from "./limits.ts";
import { HeldBytes } from "./held-bytes.ts";

/**
 * Joins very short pieces, so that a client that sends single bytes causes few writes (M9). Bytes that arrived before
 * an error are passed on before it. It awaits `ready` before each resulting piece. One generator does both, because
 * each additional generator reduces the rate of a large push by one percent.
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
