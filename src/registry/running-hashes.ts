import { limits } from "../base/limits.ts";
import { Lru } from "../base/lru.ts";
import type { UploadRecord } from "../metadata/store.ts";
import { Digester, type Algorithm, type Digest } from "../oci/digest.ts";
import type { StorageDriver } from "../storage/driver.ts";

interface RunningHash {
  readonly digester: Digester;
  /** Bytes hashed so far. */
  readonly offset: number;
}

/** The hash of the bytes that a session has. */
export type SessionHash = Pick<Digester, "update" | "digest">;

/**
 * The hashes of uploads between their requests. A hash cannot be written down, so one that is not here (after a restart, in
 * another worker, or forgotten because there are too many) is computed again from the stored bytes. What it would have come
 * to stands in the session's row, and is enough where no bytes are added.
 */
export class RunningHashes {
  readonly #driver: StorageDriver;
  readonly #hashes = new Lru<string, RunningHash>(limits.runningHashes);

  constructor(driver: StorageDriver) {
    this.#driver = driver;
  }

  /**
   * Takes the hash out: bytes may be added to it that are never acknowledged. `put` brings it back. `more`: whether bytes
   * may be added at all.
   */
  async take({ id, algorithm, offset, digest }: UploadRecord, more: boolean): Promise<SessionHash> {
    const running = this.#hashes.get(id);
    this.#hashes.delete(id);
    if (running?.offset === offset && running.digester.algorithm === algorithm) return running.digester;
    if (digest !== undefined && !more) return finalHash(digest);
    return this.#compute(id, algorithm, offset);
  }

  put(id: string, hash: SessionHash, offset: number): void {
    if (hash instanceof Digester) this.#hashes.set(id, { digester: hash, offset });
  }

  forget(id: string): void {
    this.#hashes.delete(id);
  }

  /** The digest of a session's bytes by another algorithm than the one that it runs with. */
  async digest(id: string, algorithm: Algorithm, length: number): Promise<Digest> {
    const digester = await this.#compute(id, algorithm, length);
    return digester.digest();
  }

  async #compute(id: string, algorithm: Algorithm, length: number): Promise<Digester> {
    const digester = new Digester(algorithm);
    for await (const bytes of this.#driver.readUpload(id, length)) digester.update(bytes);
    return digester;
  }
}

function finalHash(digest: Digest): SessionHash {
  return {
    digest: () => digest,
    update() {
      throw new Error("bytes came for a session that was to get no more");
    },
  };
}
