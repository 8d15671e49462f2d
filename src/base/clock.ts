/** A source of the current time and of waits. It is a parameter, so that tests can set the time. */
export interface Clock {
  /** The current time in milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Calls `work` every `ms` milliseconds, until the returned function is called. */
  every(ms: number, work: () => void): () => void;
}

/** The clock of the system. Its repetitions do not keep the process alive. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms) => Bun.sleep(ms),
  every(ms, work) {
    const timer = setInterval(work, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Work that a manual clock does when its time comes. */
interface Due {
  at: number;
  /** Milliseconds until it is due again; undefined if it is done once. */
  readonly everyMs: number | undefined;
  readonly work: () => void;
}

/** A clock for tests, which changes only when it is set. */
export class ManualClock implements Clock {
  #now: number;
  readonly #due = new Set<Due>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#due.add({ at: this.#now + ms, everyMs: undefined, work: resolve });
    return promise;
  }

  every(ms: number, work: () => void): () => void {
    const due = { at: this.#now + ms, everyMs: ms, work };
    this.#due.add(due);
    return () => void this.#due.delete(due);
  }

  /** Sets the time ahead, and does what comes due on the way, in its order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at;
      if (next.everyMs === undefined) this.#due.delete(next);
      else next.at += next.everyMs;
      next.work();
    }
    this.#now = end;
  }

  #next(end: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) if (due.at <= end && (first === undefined || due.at < first.at)) first = due;
    return first;
  }
}
