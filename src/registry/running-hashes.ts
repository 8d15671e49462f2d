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

/**
 * The hashes of uploads between their requests. A hash cannot be written down, so one that is not here (after a restart, or
 * forgotten because there are too many) is computed again from the stored bytes.
 */
export class RunningHashes {
  readonly #driver: StorageDriver;
  readonly #hashes = new Lru<string, RunningHash>(limits.runningHashes);

  constructor(driver: StorageDriver) {
    this.#driver = driver;
  }

  /** Takes the hash out: bytes may be added to it that are never acknowledged. `put` brings it back. */
  async take({ id, algorithm, offset }: UploadRecord): Promise<Digester> {
    const running = this.#hashes.get(id);
    this.#hashes.delete(id);
    if (running?.offset === offset && running.digester.algorithm === algorithm) return running.digester;
    return this.#compute(id, algorithm, offset);
  }

  put(id: string, digester: Digester, offset: number): void {
    this.#hashes.set(id, { digester, offset });
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
