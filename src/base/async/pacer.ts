import { FairLine, type Abortable } from "./fair-line.ts";
import type { MaybePromise } from "./maybe-promise.ts";

interface PacerOptions {
  /** Milliseconds between two requests. */
  readonly apartMs: number;
  /** Maximum number of waiting requests. */
  readonly longest: number;
}

/**
 * Lets requests pass one after the other with a pause between them, alternating between the clients. The first passes
 * at once.
 */
export class Pacer {
  readonly #apartMs: number;
  readonly #line: FairLine<undefined>;
  readonly #now: () => number;
  readonly #after: (ms: number, work: () => void) => void;
  #next = -Infinity;

  constructor(
    { apartMs, longest }: PacerOptions,
    now: () => number = () => performance.now(),
    after: (ms: number, work: () => void) => void = (ms, work) => void setTimeout(work, ms),
  ) {
    this.#apartMs = apartMs;
    this.#line = new FairLine({ longest }, now);
    this.#now = now;
    this.#after = after;
  }

  /** Returns when the request may pass. Throws `LineFull`, and `ClientGone` as soon as the client disconnects. */
  turn(client: string, request?: Abortable): MaybePromise<void> {
    const now = this.#now();
    if (this.#line.length === 0 && now >= this.#next) {
      this.#next = now + this.#apartMs;
      return;
    }
    const isFirst = this.#line.length === 0;
    const served = this.#line.wait(client, undefined, request);
    if (isFirst && this.#line.length > 0) this.#after(this.#next - now, () => this.#serve());
    return served;
  }

  #serve(): void {
    if (this.#line.length === 0) return;
    this.#line.serve();
    this.#next = this.#now() + this.#apartMs;
    if (this.#line.length > 0) this.#after(this.#apartMs, () => this.#serve());
  }
}
