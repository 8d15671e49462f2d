/** A set that stores names for a short time. It avoids work that would otherwise repeat thousands of times a second. */
export class ExpiringSet {
  readonly #ms: number;
  readonly #most: number;
  readonly #now: () => number;
  readonly #since = new Map<string, number>();

  /** Stores names for `ms` milliseconds, and at most `most` names. */
  constructor(ms: number, most: number, now: () => number = () => performance.now()) {
    this.#ms = ms;
    this.#most = most;
    this.#now = now;
  }

  has(name: string): boolean {
    const since = this.#since.get(name);
    return since !== undefined && this.#now() < since + this.#ms;
  }

  add(name: string): void {
    if (this.#since.size >= this.#most) this.#since.clear();
    this.#since.set(name, this.#now());
  }
}
