import { lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LineFull } from "../base/async/fair-line.ts";
import { releaseBuffer } from "../base/release-buffer.ts";
import { httpLimits } from "./limits.ts";
import type { MaybePromise } from "../base/async/maybe-promise.ts";
import { eventLoopQueue } from "../base/async/event-loop-queue.ts";
import { manifestMemory } from "./manifest-memory.ts";

/** A reply's content that costs no memory for each reader. */
interface Shared {
  readonly content: Blob;
  readonly size: number;
  /** Absent where it is held in memory. */
  readonly path?: string;
  /** What the file was when it was written (`stateOf`). */
  readonly state?: string | undefined;
  usedAt: number;
}

interface Options {
  /** Emptied at the start; no other process writes to it. */
  readonly directory: string;
  /** Bytes of files, and of content that could not be written to one. */
  readonly fileBytes: number;
  readonly fallbackBytes: number;
  readonly now?: () => number;
}

/**
 * Large replies that are made in memory: manifests and lists. The runtime would hold a copy for each reader that is slow. From a
 * file the kernel sends them, and a slow reader costs an open file. The same content is one file, however many read it.
 */
export class ReplyFiles {
  readonly #directory: string;
  readonly #files: Store;
  readonly #fallback: Store;
  readonly #now: () => number;
  /** The names of content that was asked for before and is still in memory. */
  readonly #names = new WeakMap<Uint8Array, string>();

  /** By how many replies content is being shared that is given back afterwards. */
  readonly #sharing = new WeakMap<Uint8Array, number>();

  constructor({ directory, fileBytes, fallbackBytes, now = () => performance.now() }: Options) {
    this.#directory = directory;
    this.#files = new Store(fileBytes, httpLimits.replyFileLeastMs);
    // The runtime does not say when it has sent the last byte: content stays counted for as long as a reader may be silent.
    this.#fallback = new Store(fallbackBytes, httpLimits.idleSeconds * 1000);
    this.#now = now;
    empty(directory);
  }

  /** The same bytes, to be sent. Throws `LineFull` where there is room for them neither on the disk nor in memory. */
  share(bytes: Uint8Array): MaybePromise<Blob> {
    const name = this.#names.get(bytes);
    const known = name === undefined ? undefined : this.#known(name);
    // Before other contents are made: hundreds that wait to be written would fill the memory that this is to save.
    return known?.content ?? eventLoopQueue.goOn("share a large reply", () => this.#share(bytes));
  }

  /**
   * For bytes that are of no use once all replies to the same question have shared them: then their memory is given back, since
   * the collector does not see it. Those replies ask in one turn of the loop (`SharedAnswers`).
   */
  async shareLast(bytes: Uint8Array): Promise<Blob> {
    this.#sharing.set(bytes, (this.#sharing.get(bytes) ?? 0) + 1);
    try {
      return await this.share(bytes);
    } finally {
      this.#sharing.set(bytes, this.#sharing.get(bytes)! - 1);
      setImmediate(() => this.#sharing.get(bytes) === 0 && releaseBuffer(bytes));
    }
  }

  /** Removes what has not been used for a while. */
  sweep(): void {
    this.#files.removeUnused(this.#now());
    this.#fallback.removeUnused(this.#now());
  }

  #share(bytes: Uint8Array): Blob {
    const name = this.#nameOf(bytes);
    const now = this.#now();
    const shared = this.#known(name) ?? this.#write(name, bytes, now) ?? this.#keep(name, bytes, now);
    if (!shared) throw new LineFull("too many large replies are being sent");
    return shared.content;
  }

  #known(name: string): Shared | undefined {
    const now = this.#now();
    const known = this.#files.use(name, now) ?? this.#fallback.use(name, now);
    if (!known || isThere(known)) return known;
    this.#files.remove(name, now);
    return undefined;
  }

  /** Content of the same name is the same: a name that an attacker could give to other bytes would not do. */
  #nameOf(bytes: Uint8Array): string {
    const known = this.#names.get(bytes);
    if (known !== undefined) return known;
    const name = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    this.#names.set(bytes, name);
    return name;
  }

  /** Undefined where it cannot be written. */
  #write(name: string, bytes: Uint8Array, now: number): Shared | undefined {
    if (!this.#files.makeRoom(bytes.length, now)) return undefined;
    const path = join(this.#directory, name);
    try {
      writeFileSync(path, bytes, { flag: "wx", mode: 0o600 });
    } catch {
      removeFile(path);
      return undefined;
    }
    if (!this.#sharing.has(bytes)) manifestMemory.left(bytes.length);
    const file = { content: Bun.file(path), size: bytes.length, path, state: stateOf(path), usedAt: now };
    return this.#files.add(name, file);
  }

  #keep(name: string, bytes: Uint8Array, now: number): Shared | undefined {
    if (!this.#fallback.makeRoom(bytes.length, now)) return undefined;
    const content = new Blob([bytes as Uint8Array<ArrayBuffer>]);
    return this.#fallback.add(name, { content, size: bytes.length, usedAt: now });
  }
}

/** Shared contents by name, the one that was used longest ago first. */
class Store {
  readonly #total: number;
  /** What was used more recently than this is not removed for something else. */
  readonly #leastMs: number;
  readonly #contents = new Map<string, Shared>();
  #bytes = 0;
  /** What was removed while it may still have had slow readers, for whom the system keeps it. */
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

  /** Whether there is room now for so many bytes more. */
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

/** Whether it is the file that was written, unchanged since. */
function isThere({ path, state }: Shared): boolean {
  return path === undefined || (state !== undefined && stateOf(path) === state);
}

/** Undefined where there is no file. */
function stateOf(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stats?.isFile() ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : undefined;
}

/** What cannot be removed now is removed by the next start. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its directory may be gone, or no directory any more.
  }
}

/** A directory that cannot be made is one that nothing can be written to: the registry serves without it. */
function empty(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch {
    // Each file that cannot be written says so again.
  }
}
