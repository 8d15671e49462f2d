import { baseLimits } from "../limits.ts";

/**
 * A map of what was asked for lately, up to a total cost. It has two generations: once the younger is half of the total, it
 * becomes the older, and what was the older is forgotten. So a hit moves nothing, but for the first one in a generation:
 * in an `Lru` it costs more than what it saves of a short read.
 *
 * It keeps what is set for the second time, and of the first time only a hash: who walks through everything does not drive
 * out what others ask for again and again. And what dies after it was kept is dear to the collector: where all is asked for
 * once, keeping it took a quarter more processor time and 140 MB (docs/lab/reads.md).
 */
export class TwoGenerationCache<V> {
  readonly #generationCost: number;
  readonly #costOf: (value: V) => number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #cost = 0;
  /** Hashes of keys that were set, each in a place that follows from it. */
  readonly #setOnce = new Uint32Array(baseLimits.cacheHashes);
  #takesOver = false;

  constructor(capacity: number, costOf: (value: V) => number = () => 1) {
    this.#generationCost = capacity / 2;
    this.#costOf = costOf;
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const old = this.#old.get(key);
    if (old !== undefined) this.#put(key, old);
    return old;
  }

  /** Whether it is kept; not what alone would fill a generation. */
  set(key: string, value: V): boolean {
    if (!this.#young.has(key) && !this.#old.has(key) && !this.#wasSet(key)) return false;
    return this.#put(key, value);
  }

  #wasSet(key: string): boolean {
    const hash = Bun.hash.xxHash32(key);
    const place = hash % this.#setOnce.length;
    if (this.#setOnce[place] === hash) return true;
    // Every second time only: two that are asked for in turn would drive each other out for ever.
    this.#takesOver = !this.#takesOver;
    if (this.#takesOver || this.#setOnce[place] === 0) this.#setOnce[place] = hash;
    return false;
  }

  #put(key: string, value: V): boolean {
    const cost = this.#costOf(value);
    this.#delete(key);
    if (cost > this.#generationCost) return false;
    if (this.#cost + cost > this.#generationCost) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#cost = 0;
    }
    this.#young.set(key, value);
    this.#cost += cost;
    return true;
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
