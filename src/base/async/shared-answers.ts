interface Asked<V> {
  readonly running: Promise<V>;
  /** For all that came after `running` began. */
  next?: Promise<V>;
}

/**
 * Requests that ask for the same at the same moment share one answer, which is worked out after all of them came: so no
 * answer is older than its request. Four hundred clients that ask for one list make it be read twice.
 */
export class SharedAnswers<V> {
  readonly #asked = new Map<string, Asked<V>>();

  /** `key` says what is asked for; `ask` is called now, or once the answer that is being worked out is there. */
  answer(key: string, ask: () => Promise<V>): Promise<V> {
    const asked = this.#asked.get(key);
    if (!asked) return this.#begin(key, ask);
    const again = () => this.#begin(key, ask);
    return (asked.next ??= asked.running.then(again, again));
  }

  #begin(key: string, ask: () => Promise<V>): Promise<V> {
    const asked: Asked<V> = { running: ask() };
    this.#asked.set(key, asked);
    const end = () => {
      if (!asked.next) this.#asked.delete(key);
    };
    void asked.running.then(end, end);
    return asked.running;
  }
}
