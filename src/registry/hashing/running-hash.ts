import { Digester, type Algorithm, type Digest } from "../../oci/digest.ts";

/** The digest of bytes that come in pieces, wherever it is computed. */
export interface RunningHash {
  readonly algorithm: Algorithm;
  /** Whether bytes can be added: not where the thread was lost, and what it had hashed with it. */
  readonly intact: boolean;
  /** The next piece, which is being written. Resolves when it may be reused, and the one after it may come. */
  add(bytes: Uint8Array, written: Promise<void>): Promise<void>;
  /** Asking for it does not end it: more bytes may follow. */
  digest(): Promise<Digest>;
  /** It is not asked again. */
  forget(): void;
}

/** Hashes in this thread, while the piece is being written. */
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
