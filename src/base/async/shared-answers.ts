interface Running<V> {
  readonly running: Promise<V>;
  /** The answer for requests that arrived after `running` began. */
  next?: Promise<V>;
}

/**
 * Lets simultaneous requests with the same key share one answer. An answer is computed after all of its requests have
 * arrived, so no answer is older than its request. Four hundred clients that request one list cause only two reads.
 */
export class SharedAnswers<V> {
  readonly #running = new Map<string, Running<V>>();

  /** Returns the answer for a key. It calls `ask` now, or after the running call for this key has ended. */
  answer(key: string, ask: () => Promise<V>): Promise<V> {
    const current = this.#running.get(key);
    if (!current) return this.#begin(key, ask);
    const again = () => this.#begin(key, ask);
    return (current.next ??= current.running.then(again, again));
  }

  #begin(key: string, ask: () => Promise<V>): Promise<V> {
    const current: Running<V> = { running: ask() };
    this.#running.set(key, current);
    const end = () => {
      if (!current.next) this.#running.delete(key);
    };
    void current.running.then(end, end);
    return current.running;
  }
}
