import { baseLimits } from "../limits.ts";
import type { MaybePromise } from "./maybe-promise.ts";

type Piece = () => void;

/**
 * Work that holds up the event loop is spread over its turns: once the pieces of one turn have taken their time, further ones
 * wait for the next turn, and what came in meanwhile is answered first. So fifty requests that take ten milliseconds each do not
 * delay the others for half a second. Short pieces go before long ones, and very short ones never wait; of two turns
 * one runs a long piece. How long a piece will take is known from the earlier ones of its kind.
 */
export class EventLoopQueue {
  readonly #now: () => number;
  readonly #nextTurn: (begin: () => void) => void;
  readonly #short: Piece[] = [];
  readonly #long: Piece[] = [];
  /** Milliseconds that a piece of a kind takes: a mean in which the last one has a tenth of the weight. */
  readonly #expectedMs = new Map<string, number>();
  #spentMs = 0;
  /** Short pieces took all of the last turn while long ones waited. */
  #longWaited = false;
  #ending = false;

  constructor(
    now: () => number = () => performance.now(),
    // A timer of its own, for Bun runs two rounds of immediates before it looks at the sockets again.
    nextTurn: (begin: () => void) => void = (begin) => void setTimeout(begin, 0),
  ) {
    this.#now = now;
    this.#nextTurn = nextTurn;
  }

  /**
   * Where no long piece was done in this turn, it runs at once. `kind` is the name of pieces that take about as long as each
   * other; the code chooses it from a fixed set.
   */
  run<T>(kind: string, work: () => MaybePromise<T>): Promise<T> {
    const expectedMs = this.#expectedMs.get(kind) ?? baseLimits.turnMs;
    if (expectedMs < baseLimits.turnPieceMs) return this.#take(undefined, kind, work);
    return this.#take(expectedMs < baseLimits.turnShortMs ? this.#short : this.#long, kind, work);
  }

  /**
   * The same for a second piece of work that has begun: it goes before long pieces, since what the first one has made takes
   * memory until then.
   */
  goOn<T>(kind: string, work: () => MaybePromise<T>): Promise<T> {
    return this.#take(this.#short, kind, work);
  }

  /** Runs the piece at once, or from the line once this turn's time is spent. */
  #take<T>(line: Piece[] | undefined, kind: string, work: () => MaybePromise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const piece = () => {
        const began = this.#now();
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
        this.#spend(kind, this.#now() - began);
      };
      if (line === undefined || this.#spentMs < baseLimits.turnMs) piece();
      else line.push(piece);
    });
  }

  #spend(kind: string, ms: number): void {
    const before = this.#expectedMs.get(kind) ?? ms;
    this.#expectedMs.set(kind, before + (ms - before) / 10);
    // The turn's end is only waited for where it matters: most pieces are reads that take microseconds.
    if (ms < baseLimits.turnPieceMs) return;
    this.#spentMs += ms;
    if (this.#ending) return;
    this.#ending = true;
    this.#nextTurn(() => this.#begin());
  }

  #begin(): void {
    this.#ending = false;
    this.#spentMs = 0;
    while (this.#short.length > 0 && this.#spentMs < baseLimits.turnMs) this.#short.shift()!();
    const before = this.#long.length;
    if (this.#longWaited) this.#long.shift()?.();
    while (this.#long.length > 0 && this.#spentMs < baseLimits.turnMs) this.#long.shift()!();
    this.#longWaited = before > 0 && this.#long.length >= before;
    // Pieces that took less time than was expected of them have asked for no further turn.
    if (this.#ending || this.#short.length + this.#long.length === 0) return;
    this.#ending = true;
    this.#nextTurn(() => this.#begin());
  }
}

/** One for the process: so is the loop. */
export const eventLoopQueue = new EventLoopQueue();
