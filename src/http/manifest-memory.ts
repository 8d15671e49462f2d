import { httpLimits } from "./limits.ts";

/**
 * Manifests that are sent or received lie in memory as a whole, outside of the heap that the collector watches, so it lets
 * hundreds of megabytes of dead ones gather. This counts what has passed and runs the collector: the living heap is small, a
 * run takes a few milliseconds (docs/decisions/0010).
 */
class ManifestMemory {
  #bytes = 0;

  /** So many bytes that nothing refers to any more. */
  left(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < httpLimits.collectedManifestBytes) return;
    this.#bytes = 0;
    Bun.gc(true);
  }
}

/** One for the process: so is the collector. */
export const manifestMemory = new ManifestMemory();
