import { limits } from "./limits.ts";

/**
 * Work that holds up the event loop is spread over its turns: once the pieces of one turn have taken their time, further
 * ones wait for the next, and what came in meanwhile is answered first. So fifty requests that take ten milliseconds each
 * make nobody else wait for half a second.
 */
export class Turns {
  readonly #now: () => number;
  readonly #nextTurn: (begin: () => void) => void;
  readonly #waiting: (() => void)[] = [];
  #spentMs = 0;
  #ending = false;

  constructor(
    now: () => number = () => performance.now(),
    // A timer of its own, for Bun runs two rounds of immediates before it looks at the sockets again.
    nextTurn: (begin: () => void) => void = (begin) => void setTimeout(begin, 0),
  ) {
    this.#now = now;
    this.#nextTurn = nextTurn;
  }

  /** Pieces run in the order in which they were asked for; where nothing else was done in this turn, at once. */
  run<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const piece = () => {
        const began = this.#now();
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
        this.#spend(this.#now() - began);
      };
      if (this.#spentMs < limits.turnMs) piece();
      else this.#waiting.push(piece);
    });
  }

  #spend(ms: number): void {
    // The turn's end is only waited for where it matters: most pieces are reads that take microseconds.
    if (ms < limits.turnPieceMs) return;
    this.#spentMs += ms;
    if (this.#ending) return;
    this.#ending = true;
    this.#nextTurn(() => this.#begin());
  }

  #begin(): void {
    this.#ending = false;
    this.#spentMs = 0;
    while (this.#waiting.length > 0 && this.#spentMs < limits.turnMs) this.#waiting.shift()!();
  }
}

/** One for the process: so is the loop. */
export const turns = new Turns();
