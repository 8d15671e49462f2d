/** A map that removes the least recently used entry when it has more than `capacity` entries. */
export class Lru<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  readonly #forgotten: (value: V) => void;

  constructor(capacity: number, forgotten: (value: V) => void = () => {}) {
    this.#capacity = capacity;
    this.#forgotten = forgotten;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** Returns a value without counting it as a use. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return;
    for (const [oldest, forgotten] of this.#entries) {
      this.#entries.delete(oldest);
      this.#forgotten(forgotten);
      return;
    }
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }
}
