/** A source of choices that a seed repeats (the generator is mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** From `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + (this.next() % (high - low + 1));
  }

  chance(share: number): boolean {
    return this.next() < share * 2 ** 32;
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.next() % Math.max(1, items.length)];
  }

  /** Returns a choice that meets the condition; undefined if a few tries do not find one. */
  pickWhere<T>(items: readonly T[], condition: (item: T) => boolean): T | undefined {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const item = this.pick(items);
      if (item !== undefined && condition(item)) return item;
    }
    return undefined;
  }
}
