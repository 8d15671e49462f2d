import { availableParallelism } from "node:os";
import { limits } from "../base/limits.ts";
import { movable } from "../base/movable.ts";
import type { Algorithm, Digest } from "../oci/digest.ts";
import type { FromHasher, ToHasher } from "./hash-thread.ts";
import type { RunningHash } from "./running-hash.ts";

/** Threads that hash, so that large uploads use every core and hold up nobody. Each is started when it is first needed. */
export class HashThreads {
  #threads: HashThread[] = [];
  readonly #most = Math.min(limits.hashThreads, availableParallelism());

  /** A hash stays in its thread: it cannot be moved. */
  start(algorithm: Algorithm): RunningHash {
    return new HashInThread(this.#leastBusy(), algorithm);
  }

  close(): void {
    for (const thread of this.#threads.splice(0)) thread.end("the registry is stopping");
  }

  #leastBusy(): HashThread {
    this.#threads = this.#threads.filter(({ failure }) => !failure);
    const idle = this.#threads.some(({ hashes }) => hashes.size === 0);
    if (!idle && this.#threads.length < this.#most) this.#threads.push(new HashThread());
    return this.#threads.reduce((least, thread) => (thread.hashes.size < least.hashes.size ? thread : least));
  }
}

/** The near end of one thread. */
class HashThread {
  readonly hashes = new Map<number, HashInThread>();
  readonly #worker = new Worker(new URL("./hash-thread.ts", import.meta.url), { smol: true });
  /** Set once it has ended. */
  failure: Error | undefined;
  #last = 0;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<FromHasher>) => this.hashes.get(data.hash)?.receive(data);
    this.#worker.onerror = ({ message }) => this.end(message);
  }

  begin(hash: HashInThread): number {
    this.#last += 1;
    this.hashes.set(this.#last, hash);
    return this.#last;
  }

  send(message: ToHasher, moved: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, moved);
  }

  end(reason: string): void {
    this.failure = new Error(`the thread that hashes uploads ended: ${reason}`);
    for (const hash of this.hashes.values()) hash.fail(this.failure);
    this.hashes.clear();
    this.#worker.terminate();
  }
}

class HashInThread implements RunningHash {
  readonly algorithm: Algorithm;
  readonly #thread: HashThread;
  readonly #id: number;
  /** Bytes on their way that are not hashed yet. */
  #ahead = 0;
  #room: PromiseWithResolvers<void> | undefined;
  #asked: PromiseWithResolvers<Digest> | undefined;

  constructor(thread: HashThread, algorithm: Algorithm) {
    this.algorithm = algorithm;
    this.#thread = thread;
    this.#id = thread.begin(this);
  }

  get intact(): boolean {
    return this.#thread.failure === undefined;
  }

  async add(bytes: Uint8Array, written: Promise<void>): Promise<void> {
    await written;
    if (bytes.length === 0) return;
    this.#requireIntact();
    const moved = movable(bytes);
    this.#ahead += moved.length;
    this.#thread.send({ kind: "add", hash: this.#id, algorithm: this.algorithm, bytes: moved }, [moved.buffer]);
    if (this.#ahead <= limits.hashedAheadBytes) return;
    this.#room = Promise.withResolvers();
    await this.#room.promise;
  }

  async digest(): Promise<Digest> {
    this.#requireIntact();
    this.#asked = Promise.withResolvers();
    this.#thread.send({ kind: "digest", hash: this.#id, algorithm: this.algorithm });
    return this.#asked.promise;
  }

  forget(): void {
    if (!this.#thread.hashes.delete(this.#id)) return;
    this.#thread.send({ kind: "forget", hash: this.#id });
  }

  receive(message: FromHasher): void {
    if (message.kind === "digest") return this.#asked?.resolve(message.digest);
    this.#ahead -= message.bytes;
    if (this.#ahead <= limits.hashedAheadBytes) this.#room?.resolve();
  }

  fail(error: Error): void {
    this.#room?.reject(error);
    this.#asked?.reject(error);
  }

  #requireIntact(): void {
    if (this.#thread.failure) throw this.#thread.failure;
  }
}
