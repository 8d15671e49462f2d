import { limits } from "../base/limits.ts";
import { Lru } from "../base/lru.ts";
import type { UploadRecord } from "../metadata/store.ts";
import type { Algorithm, Digest } from "../oci/digest.ts";
import type { StorageDriver } from "../storage/driver.ts";
import { HashThreads } from "./hash-threads.ts";
import { HashHere, type RunningHash } from "./running-hash.ts";
import type { SessionBytes } from "./session-bytes.ts";

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

/**
 * The hashes of uploads between their requests. A hash cannot be written down, so one that is not here (after a restart, in
 * another worker, or forgotten because there are too many) is computed again from the stored bytes. What it would have come
 * to stands in the session's row, and is enough where no bytes are added.
 */
export class RunningHashes {
  readonly #driver: StorageDriver;
  readonly #kept = new Lru<string, Kept>(limits.runningHashes, ({ hash }) => hash.forget());
  readonly #threads = new HashThreads();

  constructor(driver: StorageDriver) {
    this.#driver = driver;
  }

  /** Takes the hash out: bytes may be added to it that are never acknowledged. `put` brings it back. */
  async take({ id, algorithm, offset, digest }: UploadRecord, expected: Expected): Promise<RunningHash> {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    const { hash } = kept ?? {};
    if (hash?.intact && kept?.offset === offset && hash.algorithm === algorithm && suits(hash, expected)) return hash;
    hash?.forget();
    if (digest !== undefined && !expected.more) return finalHash(algorithm, digest);
    const begun = this.#start(algorithm, expected);
    try {
      await addAll(begun, this.#driver.readUpload(id, offset));
      return begun;
    } catch (error) {
      begun.forget();
      throw error;
    }
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
  async digest(bytes: SessionBytes, algorithm: Algorithm): Promise<Digest> {
    const hash = this.#start(algorithm, { bytes: bytes.offset, more: false, crowded: false });
    try {
      await addAll(hash, bytes.read(bytes.offset));
      return await hash.digest();
    } finally {
      hash.forget();
    }
  }

  close(): void {
    this.#threads.close();
  }

  /** What is short is hashed sooner than it is handed over. */
  #start(algorithm: Algorithm, { bytes = Infinity, crowded }: Expected): RunningHash {
    const here = crowded || bytes <= limits.hashedAtOnceBytes;
    return here ? new HashHere(algorithm) : this.#threads.start(algorithm);
  }
}

/** A driver may use the same buffer for every piece; `slice` of a `Buffer` would be no copy of it. */
async function addAll(hash: RunningHash, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const bytes of pieces) await hash.add(new Uint8Array(bytes), Promise.resolve());
}

/** A short one that was hashed here and grows long is begun anew, elsewhere: that is soon done. */
function suits(hash: RunningHash, { bytes = Infinity, more, crowded }: Expected): boolean {
  return crowded || !more || !(hash instanceof HashHere) || bytes <= limits.hashedAtOnceBytes;
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
