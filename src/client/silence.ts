import { clientLimits } from "./limits.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** Gives a request up when nothing moves for a while; how long it takes in all does not matter. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(silenceMs: number = clientLimits.silenceMs) {
    this.#timer = setTimeout(() => this.#controller.abort(), silenceMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was this that gave the request up. */
  get passed(): boolean {
    return this.#controller.signal.aborted;
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** The same bytes; each piece breaks the silence. */
  async *broken(bytes: Bytes): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.#timer.refresh();
      yield piece;
    }
  }
}
