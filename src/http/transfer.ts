import type { Holder } from "../base/async/memory-budget.ts";

/** Why a body was not read to its end: its client sent nothing for too long, or was slow while others waited. */
export type Cut = "silent" | "crowded";

/** What a body is held to. */
export interface Pace {
  /** A client that sends nothing for this long is cut. */
  readonly silenceMs: number;
  /** The client may take this long in all; absent, as long as it likes. */
  readonly wholeMs?: number;
  /** Where there is no room for others, it has to give way after it has kept us waiting for this long, */
  readonly slowAfterMs: number;
  /** if it has sent nothing for as long, or less than this on average. */
  readonly leastBytesPerSecond: number;
}

/** A request body on its way here: how much has come, and how long its client has kept us waiting for it. */
export class Transfer implements Holder {
  readonly client: string;
  readonly #pace: Pace;
  readonly #now: () => number;
  #received = 0;
  /** Milliseconds, without the present wait. */
  #waitedMs = 0;
  #waitingSince: number | undefined;
  #cut: Cut | undefined;
  #interrupt: (() => void) | undefined;

  constructor(client: string, pace: Pace, now: () => number = () => performance.now()) {
    this.client = client;
    this.#pace = pace;
    this.#now = now;
  }

  get cut(): Cut | undefined {
    return this.#cut;
  }

  get received(): number {
    return this.#received;
  }

  /** From now on it is the client's turn; `interrupt` ends the wait. */
  awaits(interrupt: () => void): void {
    this.#waitingSince = this.#now();
    this.#interrupt = interrupt;
  }

  /** The wait has ended, with so many bytes. */
  came(bytes: number): void {
    this.#waitedMs = this.#waitedInAll();
    this.#waitingSince = undefined;
    this.#interrupt = undefined;
    this.#received += bytes;
  }

  slowness(now: number): number | undefined {
    if (this.#waitingSince === undefined || this.#cut) return undefined;
    const waitedMs = this.#waitedMs + now - this.#waitingSince;
    const { slowAfterMs, leastBytesPerSecond } = this.#pace;
    if (waitedMs < slowAfterMs) return undefined;
    const isSilent = now - this.#waitingSince >= slowAfterMs;
    const isSlow = this.#received * 1000 < waitedMs * leastBytesPerSecond;
    return isSilent || isSlow ? waitedMs / (this.#received + 1) : undefined;
  }

  giveWay(): void {
    this.#end("crowded");
  }

  /** Ends it where its client has been silent for too long. */
  check(): void {
    if (this.#waitingSince === undefined) return;
    const { silenceMs, wholeMs = Infinity } = this.#pace;
    if (this.#now() - this.#waitingSince >= silenceMs || this.#waitedInAll() >= wholeMs) this.#end("silent");
  }

  #waitedInAll(): number {
    return this.#waitedMs + (this.#waitingSince === undefined ? 0 : this.#now() - this.#waitingSince);
  }

  #end(cut: Cut): void {
    this.#cut ??= cut;
    this.#interrupt?.();
  }
}
