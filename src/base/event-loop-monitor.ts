import { cpuWaitTime } from "./cpu-wait-time.ts";
import { baseLimits } from "./limits.ts";

/** How long the event loop was blocked, in milliseconds. */
export interface Stalls {
  readonly wholeMs: number;
  /** Without the time in which the thread was ready and had no CPU. */
  readonly ownMs: number;
}

/** Measures how long the event loop is blocked: by how much a timer comes late that is due every few milliseconds. */
export class EventLoopMonitor {
  readonly #now: () => number;
  readonly #waited: () => number;
  readonly #observe: (stalls: Stalls) => void;
  #rang: number;
  #waitedMs: number;

  /**
   * `observe` gets each measurement. `now` is a monotonic clock and `waited` the thread's wait for a CPU so far, both in
   * milliseconds.
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

  /** Returns what ends it. */
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
