import { baseLimits } from "./limits.ts";

/**
 * Gives the memory of a piece back that nobody uses any more. It lies outside of the heap that the collector watches, so that
 * one lets hundreds of megabytes of dead pieces gather; and what is given back at once is used again while the processor
 * still has it at hand. A piece that shares its buffer stays, and one that was moved to another thread is there.
 */
export function releaseBuffer(bytes: Uint8Array): void {
  // To give back a small one takes longer than to collect it.
  if (bytes.length < baseLimits.releasedBufferBytes) return;
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) buffer.transfer(0);
}
