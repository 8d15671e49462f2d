/** Lets through what comes, one after the other, so many milliseconds apart; the first at once. */
export class Spacing {
  readonly #apartMs: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  #next = -Infinity;

  constructor(apartMs: number, now: () => number = () => performance.now(), sleep: typeof Bun.sleep = Bun.sleep) {
    this.#apartMs = apartMs;
    this.#now = now;
    this.#sleep = sleep;
  }

  async turn(): Promise<void> {
    const now = this.#now();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#apartMs;
    if (at > now) await this.#sleep(at - now);
  }
}
