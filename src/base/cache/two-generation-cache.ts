import { baseLimits } from "../limits.ts";

/**
 * A cache of recently used values, up to a total cost. It has two generations. When the younger one reaches half of the
 * total, it becomes the older one, and the entries of the former older one are removed. So only the first hit of a
 * generation moves an entry. In an `Lru` every hit does, which costs more than a cached short read saves.
 *
 * A value is stored when it is set for the second time. The first time stores only a hash of its key. So a client that
 * reads everything once does not evict popular entries. It also spares the garbage collector, for which values that die
 * after a long life are expensive: if every value is used once, storing all of them took a quarter more processor time
 * and 140 MB (docs/lab/reads.md).
 */
export class TwoGenerationCache<V> {
  readonly #generationCost: number;
  readonly #costOf: (value: V) => number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #cost = 0;
  /** Hashes of keys that were set once, each at a position that depends on the hash. */
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

  /**
   * Stores a value and returns true. Returns false if the key is set for the first time, or if the value alone exceeds
   * a generation.
   */
  set(key: string, value: V): boolean {
    if (!this.#young.has(key) && !this.#old.has(key) && !this.#wasSet(key)) return false;
    return this.#put(key, value);
  }

  #wasSet(key: string): boolean {
    const hash = Bun.hash.xxHash32(key);
    const place = hash % this.#setOnce.length;
    if (this.#setOnce[place] === hash) return true;
    // Only every second time: otherwise two alternating keys would replace each other forever.
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
