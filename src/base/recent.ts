/**
 * A map of what was asked for lately, up to a total cost. It has two generations: once the younger is half of the total, it
 * becomes the older, and what was the older is forgotten. So a hit moves nothing, but for the first one in a generation:
 * in an `Lru` it costs more than what it saves of a short read.
 */
export class Recent<V> {
  readonly #generationCost: number;
  readonly #costOf: (value: V) => number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #cost = 0;

  constructor(capacity: number, costOf: (value: V) => number = () => 1) {
    this.#generationCost = capacity / 2;
    this.#costOf = costOf;
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  /** What alone would fill a generation is not kept. */
  set(key: string, value: V): void {
    const cost = this.#costOf(value);
    this.#delete(key);
    if (cost > this.#generationCost) return;
    if (this.#cost + cost > this.#generationCost) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#cost = 0;
    }
    this.#young.set(key, value);
    this.#cost += cost;
  }

  #delete(key: string): void {
    const young = this.#young.get(key);
    if (young !== undefined) this.#cost -= this.#costOf(young);
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    if (this.#young.size > 0) this.#young = new Map();
    if (this.#old.size > 0) this.#old = new Map();
    this.#cost = 0;
  }
}
