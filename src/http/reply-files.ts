import { lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LineFull } from "../base/async/fair-line.ts";
import { releaseBuffer } from "../base/release-buffer.ts";
import { httpLimits } from "./limits.ts";
import type { MaybePromise } from "../base/async/maybe-promise.ts";
import { eventLoopQueue } from "../base/async/event-loop-queue.ts";
import { removeFile, SharedContents, type Shared } from "./shared-contents.ts";
import { manifestMemory } from "./manifest-memory.ts";

interface Options {
  /** The directory for the files. It is emptied at the start, and no other process writes to it. */
  readonly directory: string;
  /** The maximum size of the files in bytes, and of content that could not be written to one. */
  readonly fileBytes: number;
  readonly fallbackBytes: number;
  readonly now?: () => number;
}

/**
 * `ReplyFiles` writes large responses that are made in memory (manifests and lists) to files. Otherwise the runtime
 * would buffer a copy for each slow client. The kernel sends the files, and a slow client costs only an open file.
 * Equal contents share one file.
 */
export class ReplyFiles {
  readonly #directory: string;
  readonly #files: SharedContents;
  readonly #fallback: SharedContents;
  readonly #now: () => number;
  /** The names of contents that were requested before and are still in memory. */
  readonly #names = new WeakMap<Uint8Array, string>();

  /** The number of responses that are sharing each content whose memory is released afterwards. */
  readonly #sharing = new WeakMap<Uint8Array, number>();

  constructor({ directory, fileBytes, fallbackBytes, now = () => performance.now() }: Options) {
    this.#directory = directory;
    this.#files = new SharedContents(fileBytes, httpLimits.replyFileLeastMs);
    // The runtime does not report when it has sent the last byte. So content counts for as long as a client may be
    // silent.
    this.#fallback = new SharedContents(fallbackBytes, httpLimits.idleSeconds * 1000);
    this.#now = now;
    empty(directory);
  }

  /**
   * Returns the same bytes in a form for sending. Throws `LineFull` if neither the disk nor the memory has room for
   * them.
   */
  share(bytes: Uint8Array): MaybePromise<Blob> {
    const name = this.#names.get(bytes);
    const shared = name === undefined ? undefined : this.#find(name);
    // The queue limits how many contents are made at a time: hundreds that wait to be written would fill the memory
    // that this class saves.
    return shared?.content ?? eventLoopQueue.goOn("share a large reply", () => this.#share(bytes));
  }

  /**
   * Shares bytes that are not needed any more when all responses to the same request have shared them. Then it
   * releases their memory, which the garbage collector does not see. These responses call it in one turn of the event
   * loop (`SharedAnswers`).
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

  /** Removes files that have not been used for a while. */
  sweep(): void {
    this.#files.removeUnused(this.#now());
    this.#fallback.removeUnused(this.#now());
  }

  #share(bytes: Uint8Array): Blob {
    const name = this.#nameOf(bytes);
    const now = this.#now();
    const shared = this.#find(name) ?? this.#write(name, bytes, now) ?? this.#keep(name, bytes, now);
    if (!shared) throw new LineFull("too many large replies are being sent");
    return shared.content;
  }

  #find(name: string): Shared | undefined {
    const now = this.#now();
    const shared = this.#files.use(name, now) ?? this.#fallback.use(name, now);
    if (!shared || isThere(shared)) return shared;
    this.#files.remove(name, now);
    return undefined;
  }

  /**
   * The name of a content. Equal names mean equal contents, so the name must be a hash that an attacker cannot give
   * to other bytes.
   */
  #nameOf(bytes: Uint8Array): string {
    const remembered = this.#names.get(bytes);
    if (remembered !== undefined) return remembered;
    const name = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    this.#names.set(bytes, name);
    return name;
  }

  /** Writes the file; undefined if that is not possible. */
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

/** Whether the file is the one that was written, unchanged. */
function isThere({ path, state }: Shared): boolean {
  return path === undefined || (state !== undefined && stateOf(path) === state);
}

/** The state of a file: undefined if it does not exist. */
function stateOf(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stats?.isFile() ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : undefined;
}

/**
 * Empties the directory, and creates it if necessary. If that fails, no file can be written, and the registry works
 * without files.
 */
function empty(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch {
    // Each file that cannot be written reports the error again.
  }
}
