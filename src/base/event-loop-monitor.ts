import { cpuWaitTime } from "./cpu-wait-time.ts";
import { baseLimits } from "./limits.ts";

/** How long the event loop was blocked, in milliseconds. */
export interface Stalls {
  readonly wholeMs: number;
  /** The part of it in which the thread did not wait for a CPU. */
  readonly ownMs: number;
}

/** Measures how long the event loop is blocked: the delay of a timer that is due every few milliseconds. */
export class EventLoopMonitor {
  readonly #now: () => number;
  readonly #waited: () => number;
  readonly #observe: (stalls: Stalls) => void;
  #rang: number;
  #waitedMs: number;

  /**
   * `observe` receives each measurement. `now` is a monotonic clock, and `waited` returns the thread's total wait for a
   * CPU; both are in milliseconds.
   */
  constructor(
    observe: (stalls: Stalls) => void,
    now: () => number = () => performance.now(),
    waited: () => number = cpuWaitTime(),
  ) {
    this.#observe = observe;
    this.#now = now;
    this.#waited = waited;
    this.#rang = now();
    this.#waitedMs = waited();
  }

  /** Starts the timer. Returns a function that stops it. */
  start(): () => void {
    const timer = setInterval(() => this.ring(), baseLimits.loopMonitorMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  ring(): void {
    const now = this.#now();
    const waitedMs = this.#waited();
    const lateMs = now - this.#rang - baseLimits.loopMonitorMs;
    this.#observe({ wholeMs: Math.max(0, lateMs), ownMs: Math.max(0, lateMs - (waitedMs - this.#waitedMs)) });
    this.#rang = now;
    this.#waitedMs = waitedMs;
  }
}
