import { ociLimits } from "../oci/limits.ts";

/**
 * A body that is put together as it arrives, in one buffer. The buffer grows with what has come: what a client announces costs
 * nothing until it has sent `ociLimits.manifestReadAtOnceBytes` of it.
 */
export class HeldBytes {
  readonly #announced: number | undefined;
  readonly #maxBytes: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** `announced` is the length that the client says; undefined where it does not. */
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

  /** What has come, as one piece. */
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
