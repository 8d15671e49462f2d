import { baseLimits } from "./limits.ts";

/**
 * Releases the memory of a buffer that is no longer used. The memory is outside the heap that the garbage collector
 * watches, so the collector lets hundreds of megabytes of dead buffers accumulate. Memory that is released at once is
 * also reused while it is still in the processor's cache. A view that shares its buffer is not released. A buffer that
 * was transferred to another thread stays there.
 */
export function releaseBuffer(bytes: Uint8Array): void {
  // Releasing a small buffer takes longer than collecting it.
  if (bytes.length < baseLimits.releasedBufferBytes) return;
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) buffer.transfer(0);
}
