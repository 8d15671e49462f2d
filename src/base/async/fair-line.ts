/** The line was full, or the wait timed out. */
export class LineFull extends Error {}

/** The client closed its connection while its request waited. */
export class ClientGone extends Error {
  constructor() {
    super("the client has closed the connection");
  }
}

/** A request whose client may disconnect, with Bun's signal. */
export interface Abortable {
  readonly signal: AbortSignal;
}

interface Waiting<T> {
  readonly key: string;
  readonly item: T;
  readonly since: number;
  settle(error?: Error): void;
}

/** Limits of a line. */
export interface LineOptions {
  /** Maximum number of waiting requests. */
  readonly longest: number;
  /** Timeout of a waiting request in milliseconds; absent, it waits until it is served. */
  readonly waitMs?: number;
}

/**
 * A bounded queue that serves its keys in turn. A key with a thousand requests does not delay the one request of
 * another key. If the line is full, a request of a key with few requests replaces the newest request of the key with
 * the most.
 */
export class FairLine<T> {
  readonly #options: LineOptions;
  readonly #now: () => number;
  /** The waiting requests by key, in the order in which the keys are served. */
  readonly #byKey = new Map<string, Set<Waiting<T>>>();
  #length = 0;

  constructor(options: LineOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  get length(): number {
    return this.#length;
  }

  /** The request that is served next; undefined if none waits. */
  get next(): T | undefined {
    return this.#first()?.item;
  }

  /**
   * True if the line is full and no other key has more requests in it, so that a request of this key would be refused.
   */
  refuses(key: string): boolean {
    return this.#length >= this.#options.longest && this.#most().size <= (this.#byKey.get(key)?.size ?? 0) + 1;
  }

  /**
   * Resolves when `serve` reaches this request. Throws `LineFull`, and `ClientGone` as soon as the client disconnects.
   */
  async wait(key: string, item: T, request?: Abortable): Promise<void> {
    const signal = request?.signal;
    if (signal?.aborted) throw new ClientGone();
    if (this.#length >= this.#options.longest) this.#makePlaceFor(key);
    const served = Promise.withResolvers<void>();
    const settle = (error?: Error) => (error ? served.reject(error) : served.resolve());
    const waiting: Waiting<T> = { key, item, since: this.#now(), settle };
    const leave = () => this.#dismiss(waiting, new ClientGone());
    this.#add(waiting);
    signal?.addEventListener("abort", leave);
    try {
      await served.promise;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  /** Serves the next request. */
  serve(): void {
    const waiting = this.#first();
    if (!waiting) return;
    const others = this.#byKey.get(waiting.key)!;
    this.#dismiss(waiting);
    // The key's other requests move behind the other keys.
    if (this.#byKey.delete(waiting.key)) this.#byKey.set(waiting.key, others);
  }

  /** Refuses the requests whose wait has timed out. */
  expire(): void {
    const { waitMs = Infinity } = this.#options;
    const latest = this.#now() - waitMs;
    for (const each of this.#byKey.values()) {
      for (const waiting of each) {
        if (waiting.since <= latest) this.#dismiss(waiting, new LineFull("the wait took too long"));
      }
    }
  }

  #first(): Waiting<T> | undefined {
    for (const each of this.#byKey.values()) for (const first of each) return first;
    return undefined;
  }

  #makePlaceFor(key: string): void {
    if (this.refuses(key)) throw new LineFull("too many requests wait");
    this.#dismiss([...this.#most()].at(-1)!, new LineFull("too many requests of this client wait"));
  }

  /** The requests of the key that has the most. */
  #most(): ReadonlySet<Waiting<T>> {
    let most = new Set<Waiting<T>>();
    for (const each of this.#byKey.values()) if (each.size > most.size) most = each;
    return most;
  }

  #add(waiting: Waiting<T>): void {
    const others = this.#byKey.get(waiting.key);
    if (others) others.add(waiting);
    else this.#byKey.set(waiting.key, new Set([waiting]));
    this.#length += 1;
  }

  #dismiss(waiting: Waiting<T>, error?: Error): void {
    const others = this.#byKey.get(waiting.key);
    if (!others?.delete(waiting)) return;
    this.#length -= 1;
    if (others.size === 0) this.#byKey.delete(waiting.key);
    waiting.settle(error);
  }
}
