import { Digester, type Algorithm, type Digest } from "../../oci/digest.ts";

/** The hash of bytes that arrive in chunks, in this thread or in another one. */
export interface RunningHash {
  readonly algorithm: Algorithm;
  /** Whether bytes can be added. False after the thread that had the state of the hash has ended. */
  readonly intact: boolean;
  /**
   * Adds the next chunk, which is being written. Resolves when the chunk may be reused and the next one may follow.
   */
  add(bytes: Uint8Array, written: Promise<void>): Promise<void>;
  /** The digest of the bytes so far. More bytes may follow. */
  digest(): Promise<Digest>;
  /** Frees the hash, which is not used again. */
  forget(): void;
}

/** `LocalHash` hashes in this thread while the chunk is being written. */
export class LocalHash implements RunningHash {
  readonly intact = true;
  readonly #digester: Digester;

  constructor(algorithm: Algorithm) {
    this.#digester = new Digester(algorithm);
  }

  get algorithm(): Algorithm {
    return this.#digester.algorithm;
  }

  update(bytes: Uint8Array): void {
    this.#digester.update(bytes);
  }

  async add(bytes: Uint8Array, written: Promise<void>): Promise<void> {
    this.update(bytes);
    await written;
  }

  async digest(): Promise<Digest> {
    return this.#digester.digest();
  }

  forget(): void {}
}
