import { rmSync } from "node:fs";
import { httpLimits } from "./limits.ts";

/** The content of a response that costs no memory for each reader. */
export interface Shared {
  readonly content: Blob;
  readonly size: number;
  /** The path of the file; absent if the content is in memory. */
  readonly path?: string;
  /** The state of the file after it was written (`stateOf`). */
  readonly state?: string | undefined;
  usedAt: number;
}

/** Shared contents by name, the least recently used one first. */
export class SharedContents {
  readonly #total: number;
  /** Milliseconds after its last use in which a content is not removed to make room. */
  readonly #leastMs: number;
  readonly #contents = new Map<string, Shared>();
  #bytes = 0;
  /** Removed files that slow clients may still have open. The system keeps their bytes until then. */
  readonly #removed: { readonly size: number; readonly at: number }[] = [];
  #removedBytes = 0;

  constructor(total: number, leastMs: number) {
    this.#total = total;
    this.#leastMs = leastMs;
  }

  use(name: string, now: number): Shared | undefined {
    const shared = this.#contents.get(name);
    if (!shared) return undefined;
    shared.usedAt = now;
    this.#contents.delete(name);
    this.#contents.set(name, shared);
    return shared;
  }

  add(name: string, shared: Shared): Shared {
    this.#contents.set(name, shared);
    this.#bytes += shared.size;
    return shared;
  }

  /** Whether there is now room for `size` more bytes. */
  makeRoom(size: number, now: number): boolean {
    while (this.#removed[0] && this.#removed[0].at <= now - httpLimits.idleSeconds * 1000) {
      this.#removedBytes -= this.#removed.shift()!.size;
    }
    for (const [name, { usedAt }] of this.#contents) {
      if (this.#bytes + size <= this.#total || usedAt > now - this.#leastMs) break;
      this.remove(name, now);
    }
    return this.#bytes + size <= this.#total && this.#removedBytes <= httpLimits.replyFilesRemoved * this.#total;
  }

  removeUnused(now: number): void {
    for (const [name, { usedAt }] of this.#contents) {
      if (usedAt > now - httpLimits.replyFileIdleMs) return;
      this.remove(name, now);
    }
  }

  remove(name: string, now: number): void {
    const shared = this.#contents.get(name);
    if (!shared) return;
    const { size, path } = shared;
    this.#contents.delete(name);
    this.#bytes -= size;
    this.#removed.push({ size, at: now });
    this.#removedBytes += size;
    if (path !== undefined) removeFile(path);
  }
}

/** Removes a file. If that fails, the next start removes it. */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The directory may be missing, or may not be a directory any more.
  }
}
