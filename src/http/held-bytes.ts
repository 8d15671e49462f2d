import { ociLimits } from "../oci/limits.ts";

/**
 * `HeldBytes` collects a body in one buffer. The buffer grows with the received bytes: an announced length costs no
 * memory until the client has sent `ociLimits.manifestReadAtOnceBytes`.
 */
export class HeldBytes {
  readonly #announced: number | undefined;
  readonly #maxBytes: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** `announced` is the length that the client announces; undefined if it announces none. */
  constructor(announced: number | undefined, maxBytes: number) {
    this.#announced = announced;
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  /** The received bytes, in one piece. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #grow(least: number): void {
    const announced = this.#announced ?? 0;
    const doubled = Math.min(Math.max(least, 2 * this.#buffer.length), this.#maxBytes);
    const capacity = least > ociLimits.manifestReadAtOnceBytes && announced >= least ? announced : doubled;
    const next = Buffer.allocUnsafeSlow(capacity);
    next.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = next;
  }
}
