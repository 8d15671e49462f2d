import { limits } from "./limits.ts";

type Piece = () => void;

/**
 * Work that holds up the event loop is spread over its turns: once the pieces of one turn have taken their time, further ones
 * wait for the next turn, and what came in meanwhile is answered first. So fifty requests that take ten milliseconds each do not
 * delay the others for half a second. Short pieces go before long ones, and very short ones never wait; one long piece runs in
 * every turn. How long a piece will take is known from the earlier ones of its kind.
 */
export class Turns {
  readonly #now: () => number;
  readonly #nextTurn: (begin: () => void) => void;
  readonly #short: Piece[] = [];
  readonly #long: Piece[] = [];
  /** Milliseconds that a piece of a kind takes: a mean in which the last one has a tenth of the weight. */
  readonly #expectedMs = new Map<string, number>();
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

  /**
   * Where no long piece was done in this turn, it runs at once. `kind` is the name of pieces that take about as long as each
   * other; the code chooses it from a fixed set.
   */
  run<T>(kind: string, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const piece = () => {
        try {
          resolve(this.now(kind, work));
        } catch (error) {
          reject(error);
        }
      };
      const expectedMs = this.#expectedMs.get(kind) ?? limits.turnMs;
      if (this.#spentMs < limits.turnMs || expectedMs < limits.turnPieceMs) piece();
      else (expectedMs < limits.turnShortMs ? this.#short : this.#long).push(piece);
    });
  }

  /** Runs a piece at once; others wait for the time that it takes. For what would fill memory if it waited. */
  now<T>(kind: string, work: () => T): T {
    const began = this.#now();
    try {
      return work();
    } finally {
      this.#spend(kind, this.#now() - began);
    }
  }

  #spend(kind: string, ms: number): void {
    const before = this.#expectedMs.get(kind) ?? ms;
    this.#expectedMs.set(kind, before + (ms - before) / 10);
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
    while (this.#short.length > 0 && this.#spentMs < limits.turnMs) this.#short.shift()!();
    // One in any case: short pieces that never end must not hold up a long one for ever.
    do this.#long.shift()?.();
    while (this.#long.length > 0 && this.#spentMs < limits.turnMs);
    // Pieces that took less time than was expected of them have asked for no further turn.
    if (this.#ending || this.#short.length + this.#long.length === 0) return;
    this.#ending = true;
    this.#nextTurn(() => this.#begin());
  }
}

/** One for the process: so is the loop. */
export const turns = new Turns();
