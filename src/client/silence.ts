import { clientLimits } from "./limits.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** Aborts a request on which no bytes move for a while. The total time does not matter. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(silenceMs: number = clientLimits.silenceMs) {
    this.#timer = setTimeout(() => this.#controller.abort(), silenceMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True if this timeout aborted the request. */
  get passed(): boolean {
    return this.#controller.signal.aborted;
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** Passes the bytes on; each piece restarts the timeout. */
  async *broken(bytes: Bytes): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.#timer.refresh();
      yield piece;
    }
  }
}
