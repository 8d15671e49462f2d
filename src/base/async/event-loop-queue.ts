import { baseLimits } from "../limits.ts";
import type { MaybePromise } from "./maybe-promise.ts";

type Piece = () => void;

/**
 * Spreads work that blocks the event loop over several turns of the loop. Once the pieces of one turn have used their
 * time, further pieces wait for the next turn, and the loop answers other requests in between. So fifty requests that
 * take ten milliseconds each do not delay other requests for half a second. Short pieces run before long ones, and very
 * short ones never wait. At least every second turn runs a long piece. The expected time of a piece comes from earlier
 * pieces of its kind.
 */
export class EventLoopQueue {
  readonly #now: () => number;
  readonly #nextTurn: (begin: () => void) => void;
  readonly #short: Piece[] = [];
  readonly #long: Piece[] = [];
  /** Expected milliseconds of a piece, by kind: a moving mean in which the last piece has a tenth of the weight. */
  readonly #expectedMs = new Map<string, number>();
  #spentMs = 0;
  /** True if short pieces used all of the last turn while long ones waited. */
  #longWaited = false;
  #ending = false;

  constructor(
    now: () => number = () => performance.now(),
    // A timer, because Bun runs two rounds of immediates before it looks at the sockets again.
    nextTurn: (begin: () => void) => void = (begin) => void setTimeout(begin, 0),
  ) {
    this.#now = now;
    this.#nextTurn = nextTurn;
  }

  /**
   * Runs a piece of work: at once if this turn has time left, otherwise in a later turn. `kind` names pieces that take
   * about the same time; the code chooses it from a fixed set.
   */
  run<T>(kind: string, work: () => MaybePromise<T>): Promise<T> {
    const expectedMs = this.#expectedMs.get(kind) ?? baseLimits.turnMs;
    if (expectedMs < baseLimits.turnPieceMs) return this.#take(undefined, kind, work);
    return this.#take(expectedMs < baseLimits.turnShortMs ? this.#short : this.#long, kind, work);
  }

  /**
   * Like `run`, for the second part of work that has begun. It runs before long pieces, because the result of the first
   * part uses memory until then.
   */
  goOn<T>(kind: string, work: () => MaybePromise<T>): Promise<T> {
    return this.#take(this.#short, kind, work);
  }

  /**
   * Runs the piece at once, or adds it to the line if this turn's time is used up. Without a line, the piece never
   * waits.
   */
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
    // The end of the turn matters only after a long piece. Most pieces are reads that take microseconds.
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
    // Pieces that were faster than expected have not requested another turn.
    if (this.#ending || this.#short.length + this.#long.length === 0) return;
    this.#ending = true;
    this.#nextTurn(() => this.#begin());
  }
}

/** The queue of the process, which has one event loop. */
export const eventLoopQueue = new EventLoopQueue();
