import { hashingLimits } from "./limits.ts";
import { Lru } from "../../base/cache/lru.ts";
import type { Algorithm, Digest } from "../../oci/digest.ts";
import type { StorageDriver } from "../../storage/driver.ts";
import { HashPool } from "./hash-pool.ts";
import { LocalHash, type RunningHash } from "./running-hash.ts";

interface Kept {
  readonly hash: RunningHash;
  /** Bytes hashed so far. */
  readonly offset: number;
}

/** What is going to be hashed. */
export interface Expected {
  /** With everything that is known to come; undefined where nobody said. */
  readonly bytes: number | undefined;
  /** Whether bytes may be added at all. */
  readonly more: boolean;
  /** Whether so many others are being hashed that memory comes before speed. */
  readonly crowded: boolean;
}

/** The bytes that a hash begins with. */
export interface ByteSource {
  /** The file that they are in, which a thread can read; undefined if they are in none. */
  readonly file: string | undefined;
  /** Bytes. */
  readonly length: number;
  /** Reads so many of them from the start. */
  readonly read: (length: number) => AsyncIterable<Uint8Array>;
}

/** The hash of an upload session as its row tells of it. */
export interface HashState {
  /** Of the session. */
  readonly id: string;
  readonly algorithm: Algorithm;
  /** Bytes that are durable. */
  readonly offset: number;
  /** Of those; absent if it is not known. */
  readonly digest?: Digest | undefined;
}

/**
 * The hashes of uploads between their requests. A hash cannot be written down, so one that is not here (after a restart, in
 * another worker, or forgotten because there are too many) is computed again from the stored bytes. What it would have come
 * to stands in the session's row, and is enough where no bytes are added.
 */
export class RunningHashes {
  readonly #driver: StorageDriver;
  readonly #kept = new Lru<string, Kept>(hashingLimits.runningHashes, ({ hash }) => hash.forget());
  readonly #threads = new HashPool();

  constructor(driver: StorageDriver) {
    this.#driver = driver;
  }

  /** Takes the hash out: bytes may be added to it that are never acknowledged. `put` brings it back. */
  async take({ id, algorithm, offset, digest }: HashState, expected: Expected): Promise<RunningHash> {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    const { hash } = kept ?? {};
    const file = this.#driver.uploadFile(id);
    const goesOn = hash?.intact && kept?.offset === offset && hash.algorithm === algorithm;
    if (goesOn && (file === undefined || suits(hash, expected))) return hash;
    hash?.forget();
    if (digest !== undefined && !expected.more) return finalHash(algorithm, digest);
    const source = { file, length: offset, read: (length: number) => this.#driver.readUpload(id, length) };
    return this.#start(algorithm, expected, source);
  }

  put(id: string, hash: RunningHash, offset: number): void {
    this.#kept.set(id, { hash, offset });
  }

  /** Frees what a request took out and did not put back. */
  release(id: string, hash: RunningHash): void {
    if (this.#kept.peek(id)?.hash !== hash) hash.forget();
  }

  forget(id: string): void {
    this.#kept.get(id)?.hash.forget();
    this.#kept.delete(id);
  }

  /** The digest of a session's bytes by another algorithm than the one that it runs with. */
  async digest(source: ByteSource, algorithm: Algorithm): Promise<Digest> {
    const hash = await this.#start(algorithm, { bytes: source.length, more: false, crowded: false }, source);
    try {
      return await hash.digest();
    } finally {
      hash.forget();
    }
  }

  close(): void {
    this.#threads.close();
  }

  /** What is short is hashed sooner than it is handed over, and a thread reads nothing but files. */
  async #start(algorithm: Algorithm, { bytes = Infinity, crowded }: Expected, from: ByteSource): Promise<RunningHash> {
    const beside = from.file !== undefined && !crowded && bytes > hashingLimits.hashedAtOnceBytes;
    if (beside) return this.#threads.start(algorithm, from.file, from.length);
    const begun = new LocalHash(algorithm);
    for await (const piece of from.read(from.length)) begun.update(piece);
    return begun;
  }
}

/** A short one that was hashed here and grows long is begun anew, elsewhere: that is soon done. */
function suits(hash: RunningHash, { bytes = Infinity, more, crowded }: Expected): boolean {
  return crowded || !more || !(hash instanceof LocalHash) || bytes <= hashingLimits.hashedAtOnceBytes;
}

/** It is known already, and nothing can be added to it. */
function finalHash(algorithm: Algorithm, digest: Digest): RunningHash {
  return {
    algorithm,
    intact: false,
    async add() {
      throw new Error("bytes came for a session that was to get no more");
    },
    async digest() {
      return digest;
    },
    forget() {},
  };
}
