import { hashingLimits } from "./limits.ts";
import { Lru } from "../../base/cache/lru.ts";
import type { Algorithm, Digest } from "../../oci/digest.ts";
import type { ByteSource } from "../../storage/byte-source.ts";
import type { StorageDriver } from "../../storage/driver.ts";
import { HashPool } from "./hash-pool.ts";
import { LocalHash, type RunningHash } from "./running-hash.ts";

interface CachedHash {
  readonly hash: RunningHash;
  /** Bytes hashed so far. */
  readonly offset: number;
}

/** What a request expects to add to a hash. */
export interface Expected {
  /** The expected total number of bytes; undefined if the client has not sent it. */
  readonly bytes: number | undefined;
  /** Whether bytes may be added at all. */
  readonly more: boolean;
  /** Whether many other hashes are running, so that memory is more important than speed. */
  readonly crowded: boolean;
}

/** The bytes that a hash begins with. */
export interface HashSource extends ByteSource {
  /** The file with the bytes, which a thread can read; undefined if they are not in a file. */
  readonly file: string | undefined;
}

/** The hash of an upload session as its row describes it. */
export interface HashState {
  /** The id of the session. */
  readonly id: string;
  readonly algorithm: Algorithm;
  /** The number of durable bytes. */
  readonly offset: number;
  /** The digest of the durable bytes; absent if it is not known. */
  readonly digest?: Digest | undefined;
}

/**
 * `RunningHashes` caches the hashes of upload sessions between requests. The state of a hash cannot be stored in the
 * database. If it is not in the cache (after a restart, in another worker, or after an eviction), it is computed
 * again from the stored bytes. The row of the session has the digest of the bytes so far, which is enough if no bytes
 * are added.
 */
export class RunningHashes {
  readonly #driver: StorageDriver;
  readonly #cache = new Lru<string, CachedHash>(hashingLimits.runningHashes, ({ hash }) => hash.forget());
  readonly #threads = new HashPool();

  constructor(driver: StorageDriver) {
    this.#driver = driver;
  }

  /**
   * Removes the hash from the cache and returns it, because a request may add bytes that are never acknowledged.
   * `put` returns it to the cache.
   */
  async take({ id, algorithm, offset, digest }: HashState, expected: Expected): Promise<RunningHash> {
    const cached = this.#cache.get(id);
    this.#cache.delete(id);
    const { hash } = cached ?? {};
    const file = this.#driver.uploadFile(id);
    const isCurrent = hash?.intact && cached?.offset === offset && hash.algorithm === algorithm;
    if (isCurrent && (file === undefined || suits(hash, expected))) return hash;
    hash?.forget();
    if (digest !== undefined && !expected.more) return finalHash(algorithm, digest);
    const source = { file, length: offset, read: (length: number) => this.#driver.readUpload(id, length) };
    return this.#start(algorithm, expected, source);
  }

  put(id: string, hash: RunningHash, offset: number): void {
    this.#cache.set(id, { hash, offset });
  }

  /** Frees a hash that a request took and did not put back. */
  release(id: string, hash: RunningHash): void {
    if (this.#cache.peek(id)?.hash !== hash) hash.forget();
  }

  forget(id: string): void {
    this.#cache.get(id)?.hash.forget();
    this.#cache.delete(id);
  }

  /** The digest of a session's bytes with another algorithm than that of its running hash. */
  async digest(source: HashSource, algorithm: Algorithm): Promise<Digest> {
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

  /** Starts a hash. A small upload is hashed faster than it is handed to a thread, and a thread reads only files. */
  async #start(algorithm: Algorithm, { bytes = Infinity, crowded }: Expected, from: HashSource): Promise<RunningHash> {
    const inThread = from.file !== undefined && !crowded && bytes > hashingLimits.hashedAtOnceBytes;
    if (inThread) return this.#threads.start(algorithm, from.file, from.length);
    const begun = new LocalHash(algorithm);
    for await (const piece of from.read(from.length)) begun.update(piece);
    return begun;
  }
}

/**
 * Whether a hash suits the expected bytes. A hash in this thread whose upload becomes large is started again in
 * another thread, which is quick because few bytes exist yet.
 */
function suits(hash: RunningHash, { bytes = Infinity, more, crowded }: Expected): boolean {
  return crowded || !more || !(hash instanceof LocalHash) || bytes <= hashingLimits.hashedAtOnceBytes;
}

/** A hash with a known digest, to which no bytes can be added. */
function finalHash(algorithm: Algorithm, digest: Digest): RunningHash {
  return {
    algorithm,
    intact: false,
    async add() {
      throw new Error("bytes arrived for an upload session that accepts no more");
    },
    async digest() {
      return digest;
    },
    forget() {},
  };
}
