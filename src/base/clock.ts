/** A source of the current time. It is a parameter, so that tests can set the time. */
export interface Clock {
  /** The current time in milliseconds since the epoch. */
  now(): number;
}

/** The clock of the system. */
export const systemClock: Clock = { now: Date.now };

/** A clock for tests, which changes only when it is set. */
export class ManualClock implements Clock {
  #now: number;

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
