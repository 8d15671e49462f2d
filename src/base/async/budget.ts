import { FairLine, type Abortable, type LineOptions } from "./fair-line.ts";
import type { MaybePromise } from "./maybe-promise.ts";

/** A request that has a part of a budget. */
export interface Holder {
  /** The client of the request. The requests of one client count together. */
  readonly client: string;
  /** How slow the request is at this time, larger for slower; undefined if it makes progress. */
  slowness(now: number): number | undefined;
  /** Ends the request, because other requests need its part. */
  giveWay(): void;
}

/** Limits of a budget. */
export interface BudgetOptions extends LineOptions {
  /** Total of all parts, in requests or bytes. */
  readonly total: number;
  /** Milliseconds between checks for slow holders while requests wait. */
  readonly lookEveryMs: number;
}

interface Wish {
  readonly holder: Holder;
  readonly amount: number;
}

/** Calls `look` repeatedly, until the returned function is called. */
export type Watch = (look: () => void, everyMs: number) => () => void;

function watchByTimer(look: () => void, everyMs: number): () => void {
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}

/**
 * A limited quantity that requests share, such as bytes of memory. One client may use all of it while no other client
 * needs it. If too little is left, slow requests are ended: first those of the client that uses the most, and never
 * those of a client that uses less than the requesting one. If no request is slow, the new request waits in a line that
 * serves the clients in turn.
 */
export class Budget {
  readonly #options: BudgetOptions;
  readonly #line: FairLine<Wish>;
  readonly #now: () => number;
  readonly #watch: Watch;
  readonly #parts = new Map<Holder, number>();
  readonly #byClient = new Map<string, number>();
  #used = 0;
  #unwatch: (() => void) | undefined;

  constructor(options: BudgetOptions, now: () => number = () => performance.now(), watch: Watch = watchByTimer) {
    this.#options = options;
    this.#now = now;
    this.#line = new FairLine(options, now);
    this.#watch = watch;
  }

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** True if a request of this client would be refused at once, provided that it does not fit. */
  refuses(client: string): boolean {
    return this.#line.refuses(client);
  }

  /** Adds an amount to the holder's part. Throws `LineFull`, and `ClientGone` as soon as the client disconnects. */
  take(holder: Holder, amount: number, request?: Abortable): MaybePromise<void> {
    const wish = { holder, amount };
    if (this.#line.length === 0 && this.#fits(wish)) return this.#give(wish);
    return this.#wait(wish, request);
  }

  /** Releases the holder's part. */
  release(holder: Holder): void {
    this.#takeBack(holder);
    if (this.#line.length > 0) this.#serve();
  }

  async #wait(wish: Wish, request?: Abortable): Promise<void> {
    const served = this.#line.wait(wish.holder.client, wish, request);
    this.#unwatch ??= this.#watch(() => this.#look(), this.#options.lookEveryMs);
    // A slow holder may have to end for the first waiting request.
    this.#serve();
    try {
      await served;
    } finally {
      if (this.#line.length === 0) this.#stopWatching();
    }
  }

  #look(): void {
    this.#serve();
    this.#line.expire();
  }

  #serve(): void {
    for (let wish = this.#line.next; wish && this.#fits(wish); wish = this.#line.next) {
      this.#give(wish);
      this.#line.serve();
    }
  }

  #stopWatching(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #give({ holder, amount }: Wish): void {
    this.#used += amount;
    this.#parts.set(holder, (this.#parts.get(holder) ?? 0) + amount);
    this.#byClient.set(holder.client, (this.#byClient.get(holder.client) ?? 0) + amount);
  }

  #takeBack(holder: Holder): void {
    const amount = this.#parts.get(holder);
    if (amount === undefined) return;
    this.#parts.delete(holder);
    this.#used -= amount;
    const left = this.#byClient.get(holder.client)! - amount;
    if (left > 0) this.#byClient.set(holder.client, left);
    else this.#byClient.delete(holder.client);
  }

  /** True if the budget has enough left, if necessary after ending slow holders. */
  #fits(wish: Wish): boolean {
    let missing = this.#used + wish.amount - this.#options.total;
    if (missing <= 0) return true;
    const leaving = new Set<Holder>();
    while (missing > 0) {
      const holder = this.#slowest(wish, leaving);
      if (!holder) return false;
      leaving.add(holder);
      missing -= this.#parts.get(holder)!;
    }
    for (const holder of leaving) {
      // Its part is free from now on. The new request does not wait until the ended request has finished.
      this.#takeBack(holder);
      holder.giveWay();
    }
    return true;
  }

  /** The next holder to end for a request: the slowest one of the client that uses the most. */
  #slowest({ holder: asking, amount }: Wish, leaving: ReadonlySet<Holder>): Holder | undefined {
    const now = this.#now();
    const used = (this.#byClient.get(asking.client) ?? 0) + amount;
    let found: Holder | undefined;
    let [foundHas, foundSlowness] = [0, 0];
    for (const holder of this.#parts.keys()) {
      const has = this.#byClient.get(holder.client)!;
      if (has < foundHas || holder === asking || leaving.has(holder)) continue;
      if (holder.client !== asking.client && has < used) continue;
      const slowness = holder.slowness(now);
      if (slowness === undefined || (has === foundHas && slowness <= foundSlowness)) continue;
      [found, foundHas, foundSlowness] = [holder, has, slowness];
    }
    return found;
  }
}
