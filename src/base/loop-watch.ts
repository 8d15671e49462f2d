import { limits } from "./limits.ts";

/** How long the event loop was held up: by how much a timer came late that should ring every few milliseconds. */
export class LoopWatch {
  readonly #now: () => number;
  #rang: number;
  #longestMs = 0;

  /** `now` in milliseconds, of a clock that nobody sets. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#rang = now();
  }

  /** Returns what ends it. */
  start(): () => void {
    const timer = setInterval(() => this.ring(), limits.loopWatchMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  ring(): void {
    const now = this.#now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#rang - limits.loopWatchMs);
    this.#rang = now;
  }

  /** The longest since it was asked before, in seconds. */
  takeLongest(): number {
    // What holds the loop up right now has kept the timer from ringing.
    this.ring();
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    return longestMs / 1000;
  }
}
