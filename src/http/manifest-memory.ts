import { httpLimits } from "./limits.ts";

/**
 * Sent and received manifests are in memory outside of the heap that the garbage collector of the runtime watches, so
 * it lets hundreds of megabytes of unused buffers accumulate. This class counts those bytes and runs the collector.
 * The heap is small, so a run takes a few milliseconds (docs/decisions/0010).
 */
class ManifestMemory {
  #bytes = 0;

  /** Adds `bytes` that nothing refers to any more. */
  left(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < httpLimits.collectedManifestBytes) return;
    this.#bytes = 0;
    Bun.gc(true);
  }
}

/** The counter of this process, which has one garbage collector. */
export const manifestMemory = new ManifestMemory();
