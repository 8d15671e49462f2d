import { availableParallelism } from "node:os";
import { startThread } from "../../base/thread.ts";
import { hashingLimits } from "./limits.ts";
import type { Algorithm, Digest } from "../../oci/digest.ts";
import { StorageFault, UploadLost } from "../../storage/driver.ts";
import type { FromHasher, ToHasher } from "./hash.worker.ts";
import type { RunningHash } from "./running-hash.ts";

/**
 * `HashPool` starts and shares threads that hash, so that large uploads use several cores and delay no other request.
 * Each thread starts at its first use.
 */
export class HashPool {
  #threads: HashThread[] = [];
  readonly #most = Math.min(hashingLimits.hashThreads, availableParallelism());

  /** Starts the hash of a file that already has `offset` bytes. A hash stays in its thread: it cannot be moved. */
  start(algorithm: Algorithm, file: string, offset: number): RunningHash {
    return new HashInThread(this.#leastBusy(), algorithm, file, offset);
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

/** The main thread's side of one hash thread. */
class HashThread {
  readonly hashes = new Map<number, HashInThread>();
  readonly #worker = startThread("registry/hashing/hash.worker.ts");
  /** Set after the thread has ended. */
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

  send(message: ToHasher): void {
    this.#worker.postMessage(message);
  }

  end(reason: string): void {
    this.failure = new Error(`the thread that hashes uploads ended: ${reason}`);
    for (const hash of this.hashes.values()) hash.fail(this.failure);
    this.hashes.clear();
    this.#worker.terminate();
  }
}

/**
 * A hash in a thread. The thread reads the written bytes from the file, so no bytes are sent to it and no chunk waits
 * for it. It receives a range of many chunks at a time, and the next range after it has finished the previous one.
 */
class HashInThread implements RunningHash {
  readonly algorithm: Algorithm;
  readonly #thread: HashThread;
  readonly #file: string;
  readonly #id: number;
  /**
   * Three positions in the file: the bytes that are written, that were assigned to the thread, and that are hashed.
   */
  #written: number;
  #assigned = 0;
  #hashed = 0;
  #failure: Error | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #requestedDigest: PromiseWithResolvers<Digest> | undefined;

  constructor(thread: HashThread, algorithm: Algorithm, file: string, offset: number) {
    this.algorithm = algorithm;
    this.#thread = thread;
    this.#file = file;
    this.#id = thread.begin(this);
    this.#written = offset;
    this.#continue();
  }

  get intact(): boolean {
    return this.#failure === undefined;
  }

  async add({ length }: Uint8Array, written: Promise<void>): Promise<void> {
    await written;
    this.#requireIntact();
    this.#written += length;
    this.#continue();
    if (this.#written - this.#hashed <= hashingLimits.hashedAheadBytes) return;
    this.#room = Promise.withResolvers();
    await this.#room.promise;
  }

  async digest(): Promise<Digest> {
    this.#requireIntact();
    this.#requestedDigest = Promise.withResolvers();
    this.#continue();
    return this.#requestedDigest.promise;
  }

  forget(): void {
    if (!this.#thread.hashes.delete(this.#id)) return;
    this.#thread.send({ kind: "forget", hash: this.#id });
  }

  receive(message: FromHasher): void {
    if (message.kind === "failed")
      return this.fail(message.lost ? new UploadLost(message.reason) : new StorageFault(message.reason));
    if (message.kind === "digest") {
      this.#requestedDigest?.resolve(message.digest);
      this.#requestedDigest = undefined;
      return;
    }
    this.#hashed = message.end;
    this.#continue();
    if (this.#written - this.#hashed <= hashingLimits.hashedAheadBytes) this.#room?.resolve();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#room?.reject(error);
    this.#requestedDigest?.reject(error);
  }

  /** Sends the next task to the thread, if the thread is idle. */
  #continue(): void {
    if (this.#assigned > this.#hashed) return;
    const [hash, algorithm, start] = [this.#id, this.algorithm, this.#assigned];
    // A resumed session may have many gigabytes. The thread hashes other files in between.
    const end = Math.min(this.#written, start + hashingLimits.hashedAheadBytes);
    if (end - start >= (this.#requestedDigest ? 1 : hashingLimits.hashedTogetherBytes)) {
      this.#assigned = end;
      this.#thread.send({ kind: "add", hash, algorithm, file: this.#file, start, end });
    } else if (this.#requestedDigest) this.#thread.send({ kind: "digest", hash, algorithm });
  }

  #requireIntact(): void {
    if (this.#failure) throw this.#failure;
  }
}
