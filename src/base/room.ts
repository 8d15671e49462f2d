import { FairLine, type Abortable, type LineOptions } from "./fair-line.ts";
import type { Soon } from "./soon.ts";

/** A request that holds a part of a room. */
export interface Holder {
  /** The requests of one client are counted together. */
  readonly client: string;
  /** How much slower than it has to be, the slowest with the largest number; undefined where it makes progress. */
  slowness(): number | undefined;
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
 * A quantity that requests share. One client may have all of it while nobody else needs it. Where nothing is left, slow holders
 * give way: those of the client that has the most first, and never those of a client that has less than the one that asks. Where
 * no holder is slow, the request waits in a line that serves the clients in turn.
 */
export class Room {
  readonly #options: RoomOptions;
  readonly #line: FairLine<Wish>;
  readonly #watch: Watch;
  readonly #held = new Map<Holder, number>();
  readonly #byClient = new Map<string, number>();
  #used = 0;
  #unwatch: (() => void) | undefined;

  constructor(options: RoomOptions, now?: () => number, watch: Watch = watchByTimer) {
    this.#options = options;
    this.#line = new FairLine(options, now);
    this.#watch = watch;
  }

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Gives the holder so much more; throws `LineFull`, and `ClientGone` as soon as the client has gone. */
  take(holder: Holder, amount: number, request?: Abortable): Soon<void> {
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
    const leaving: Holder[] = [];
    for (const holder of this.#slowest(wish)) {
      leaving.push(holder);
      missing -= this.#held.get(holder)!;
      if (missing <= 0) break;
    }
    if (missing > 0) return false;
    for (const holder of leaving) {
      // Its part is free from now on: the request that needs it does not wait for what this one still has to do.
      this.#takeBack(holder);
      holder.giveWay();
    }
    return true;
  }

  /** Those that may have to give way to a wish, in that order. */
  #slowest({ holder, amount }: Wish): Holder[] {
    const asked = (this.#byClient.get(holder.client) ?? 0) + amount;
    const slow: { holder: Holder; has: number; slowness: number }[] = [];
    for (const other of this.#held.keys()) {
      const has = this.#byClient.get(other.client)!;
      if (other === holder || (other.client !== holder.client && has < asked)) continue;
      const slowness = other.slowness();
      if (slowness !== undefined) slow.push({ holder: other, has, slowness });
    }
    slow.sort((a, b) => b.has - a.has || b.slowness - a.slowness);
    return slow.map((each) => each.holder);
  }
}
