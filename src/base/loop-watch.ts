import { coreWait } from "./core-wait.ts";
import { limits } from "./limits.ts";

/**
 * How long the event loop was held up: by how much a timer came late that should ring every few milliseconds; `whole`, or its
 * `own` part, without what the thread waited for a core that other threads had.
 */
export class LoopWatch {
  readonly #now: () => number;
  readonly #waited: () => number;
  readonly #longestMs = { whole: 0, own: 0 };
  #rang: number;
  #waitedMs: number;

  /** Both in milliseconds: a clock that nobody sets, and the wait for a core so far. */
  constructor(now: () => number = () => performance.now(), waited: () => number = coreWait()) {
    this.#now = now;
    this.#waited = waited;
    this.#rang = now();
    this.#waitedMs = waited();
  }

  /** Returns what ends it. */
  start(): () => void {
    const timer = setInterval(() => this.ring(), limits.loopWatchMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  ring(): void {
    const now = this.#now();
    const waitedMs = this.#waited();
    const lateMs = now - this.#rang - limits.loopWatchMs;
    const longest = this.#longestMs;
    longest.whole = Math.max(longest.whole, lateMs);
    longest.own = Math.max(longest.own, lateMs - (waitedMs - this.#waitedMs));
    this.#rang = now;
    this.#waitedMs = waitedMs;
  }

  /** The longest since it was asked before, in seconds. */
  takeLongest(part: "whole" | "own"): number {
    // What holds the loop up right now has kept the timer from ringing.
    this.ring();
    const longestMs = this.#longestMs[part];
    this.#longestMs[part] = 0;
    return longestMs / 1000;
  }
}
