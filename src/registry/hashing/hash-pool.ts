import { availableParallelism } from "node:os";
import { hashingLimits } from "./limits.ts";
import type { Algorithm, Digest } from "../../oci/digest.ts";
import { StorageFault, UploadLost } from "../../storage/driver.ts";
import type { FromHasher, ToHasher } from "./hash.worker.ts";
import type { RunningHash } from "./running-hash.ts";

/** Threads that hash, so that large uploads use every core and hold up nobody. Each is started when it is first needed. */
export class HashPool {
  #threads: HashThread[] = [];
  readonly #most = Math.min(hashingLimits.hashThreads, availableParallelism());

  /** Of a file that has so many bytes already. A hash stays in its thread: it cannot be moved. */
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

/** The near end of one thread. */
class HashThread {
  readonly hashes = new Map<number, HashInThread>();
  readonly #worker = new Worker(new URL("./hash.worker.ts", import.meta.url), { smol: true });
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
 * The thread reads from the file what was written: so no piece goes to it, and no piece waits for it. It is told of many
 * pieces at a time, and of more only when it is done with those.
 */
class HashInThread implements RunningHash {
  readonly algorithm: Algorithm;
  readonly #thread: HashThread;
  readonly #file: string;
  readonly #id: number;
  /** Bytes of the file that are there, of which the thread was told, and which it has hashed. */
  #written: number;
  #told = 0;
  #hashed = 0;
  #failure: Error | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #asked: PromiseWithResolvers<Digest> | undefined;

  constructor(thread: HashThread, algorithm: Algorithm, file: string, offset: number) {
    this.algorithm = algorithm;
    this.#thread = thread;
    this.#file = file;
    this.#id = thread.begin(this);
    this.#written = offset;
    this.#goOn();
  }

  get intact(): boolean {
    return this.#failure === undefined;
  }

  async add({ length }: Uint8Array, written: Promise<void>): Promise<void> {
    await written;
    this.#requireIntact();
    this.#written += length;
    this.#goOn();
    if (this.#written - this.#hashed <= hashingLimits.hashedAheadBytes) return;
    this.#room = Promise.withResolvers();
    await this.#room.promise;
  }

  async digest(): Promise<Digest> {
    this.#requireIntact();
    this.#asked = Promise.withResolvers();
    this.#goOn();
    return this.#asked.promise;
  }

  forget(): void {
    if (!this.#thread.hashes.delete(this.#id)) return;
    this.#thread.send({ kind: "forget", hash: this.#id });
  }

  receive(message: FromHasher): void {
    if (message.kind === "failed")
      return this.fail(message.lost ? new UploadLost(message.reason) : new StorageFault(message.reason));
    if (message.kind === "digest") {
      this.#asked?.resolve(message.digest);
      this.#asked = undefined;
      return;
    }
    this.#hashed = message.end;
    this.#goOn();
    if (this.#written - this.#hashed <= hashingLimits.hashedAheadBytes) this.#room?.resolve();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#room?.reject(error);
    this.#asked?.reject(error);
  }

  /** Says what is to be done next, if nothing is being done. */
  #goOn(): void {
    if (this.#told > this.#hashed) return;
    const [hash, algorithm, start] = [this.#id, this.algorithm, this.#told];
    // A session that is taken up again may have many gigabytes: the thread has others to hash in between.
    const end = Math.min(this.#written, start + hashingLimits.hashedAheadBytes);
    if (end - start >= (this.#asked ? 1 : hashingLimits.hashedTogetherBytes)) {
      this.#told = end;
      this.#thread.send({ kind: "add", hash, algorithm, file: this.#file, start, end });
    } else if (this.#asked) this.#thread.send({ kind: "digest", hash, algorithm });
  }

  #requireIntact(): void {
    if (this.#failure) throw this.#failure;
  }
}
