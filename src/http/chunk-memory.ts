import { limits } from "../base/limits.ts";

/**
 * Received chunks lie outside of the heap that the collector watches, so it lets hundreds of megabytes of dead ones gather.
 * With few bodies at once that is harmless; with many it is most of the process. Then this counts what has passed and
 * runs the collector: the living heap is small, a run takes a few milliseconds (docs/decisions/0006).
 */
class ChunkMemory {
  #bodies = 0;
  #bytes = 0;

  opened(): void {
    this.#bodies += 1;
  }

  closed(): void {
    this.#bodies -= 1;
  }

  passed(bytes: number): void {
    if (this.#bodies > limits.overlappedWrites) this.left(bytes);
  }

  /** So many bytes that nothing refers to any more: of manifests, which are in memory as a whole. */
  left(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < limits.collectedChunkBytes) return;
    this.#bytes = 0;
    Bun.gc(true);
  }
}

/** One for the process: so is the collector. */
export const chunkMemory = new ChunkMemory();
