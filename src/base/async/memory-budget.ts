import { FairLine, type Abortable, type LineOptions } from "./fair-line.ts";
import type { MaybePromise } from "./maybe-promise.ts";

/** A request that holds a part of a room. */
export interface Holder {
  /** The requests of one client are counted together. */
  readonly client: string;
  /** How slow it is at this moment, the slowest with the largest number; undefined where it makes progress. */
  slowness(now: number): number | undefined;
  /** Ends the request, because others need what it holds. */
  giveWay(): void;
}

export interface RoomOptions extends LineOptions {
  /** What all holders may have together: places, or bytes. */
  readonly total: number;
  /** Looks again for slow holders after so many milliseconds, while requests wait. */
  readonly lookEveryMs: number;
}

interface Wish {
  readonly holder: Holder;
  readonly amount: number;
}

/** Calls `look` again and again, until the returned function is called. */
export type Watch = (look: () => void, everyMs: number) => () => void;

function watchByTimer(look: () => void, everyMs: number): () => void {
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}

/**
 * A quantity that requests share. One client may have all of it while no other client needs it. Where nothing is left, slow holders
 * give way: those of the client that has the most first, and never those of a client that has less than the one that asks. Where
 * no holder is slow, the request waits in a line that serves the clients in turn.
 */
export class MemoryBudget {
  readonly #options: RoomOptions;
  readonly #line: FairLine<Wish>;
  readonly #now: () => number;
  readonly #watch: Watch;
  readonly #held = new Map<Holder, number>();
  readonly #byClient = new Map<string, number>();
  #used = 0;
  #unwatch: (() => void) | undefined;

  constructor(options: RoomOptions, now: () => number = () => performance.now(), watch: Watch = watchByTimer) {
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

  /** Whether a wish of this client that does not fit would be refused at once. */
  refuses(client: string): boolean {
    return this.#line.refuses(client);
  }

  /** Gives the holder so much more; throws `LineFull`, and `ClientGone` as soon as the client has gone. */
  take(holder: Holder, amount: number, request?: Abortable): MaybePromise<void> {
    const wish = { holder, amount };
    if (this.#line.length === 0 && this.#fits(wish)) return this.#give(wish);
    return this.#wait(wish, request);
  }

  /** Takes back all that the holder has. */
  release(holder: Holder): void {
    this.#takeBack(holder);
    if (this.#line.length > 0) this.#serve();
  }

  async #wait(wish: Wish, request?: Abortable): Promise<void> {
    const served = this.#line.wait(wish.holder.client, wish, request);
    this.#unwatch ??= this.#watch(() => this.#look(), this.#options.lookEveryMs);
    // A slow holder may have to give way to what waits first.
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
    this.#held.set(holder, (this.#held.get(holder) ?? 0) + amount);
    this.#byClient.set(holder.client, (this.#byClient.get(holder.client) ?? 0) + amount);
  }

  #takeBack(holder: Holder): void {
    const amount = this.#held.get(holder);
    if (amount === undefined) return;
    this.#held.delete(holder);
    this.#used -= amount;
    const left = this.#byClient.get(holder.client)! - amount;
    if (left > 0) this.#byClient.set(holder.client, left);
    else this.#byClient.delete(holder.client);
  }

  /** Whether there is enough left, if need be after slow holders have given way. */
  #fits(wish: Wish): boolean {
    let missing = this.#used + wish.amount - this.#options.total;
    if (missing <= 0) return true;
    const leaving = new Set<Holder>();
    while (missing > 0) {
      const holder = this.#slowest(wish, leaving);
      if (!holder) return false;
      leaving.add(holder);
      missing -= this.#held.get(holder)!;
    }
    for (const holder of leaving) {
      // Its part is free from now on: the request that needs it does not wait for what this one still has to do.
      this.#takeBack(holder);
      holder.giveWay();
    }
    return true;
  }

  /** The next one that has to give way to a wish: of the client that has the most, the slowest. */
  #slowest({ holder: asking, amount }: Wish, leaving: ReadonlySet<Holder>): Holder | undefined {
    const now = this.#now();
    const asked = (this.#byClient.get(asking.client) ?? 0) + amount;
    let found: Holder | undefined;
    let [foundHas, foundSlowness] = [0, 0];
    for (const holder of this.#held.keys()) {
      const has = this.#byClient.get(holder.client)!;
      if (has < foundHas || holder === asking || leaving.has(holder)) continue;
      if (holder.client !== asking.client && has < asked) continue;
      const slowness = holder.slowness(now);
      if (slowness === undefined || (has === foundHas && slowness <= foundSlowness)) continue;
      [found, foundHas, foundSlowness] = [holder, has, slowness];
    }
    return found;
  }
}
