import type { Holder } from "../base/async/budget.ts";

/**
 * Why a body was not read to its end: its client sent nothing for too long, or was slow while other clients waited.
 */
export type Cut = "silent" | "crowded";

/** The minimum pace of a client that sends a body. */
export interface Pace {
  /** Milliseconds of silence after which the connection is closed. */
  readonly silenceMs: number;
  /** The maximum time for the whole body, in milliseconds; if absent, there is no maximum. */
  readonly wholeMs?: number;
  /**
   * If other requests wait, a slow client has to give way after the registry has waited this number of milliseconds for
   * it. A client is slow if it has sent nothing for as long, or fewer bytes per second than `leastBytesPerSecond`.
   */
  readonly slowAfterMs: number;
  /** The average rate below which a client is slow. */
  readonly leastBytesPerSecond: number;
}

/**
 * A request body that is arriving: how many bytes have arrived, and how long the registry has waited for its client.
 */
export class Transfer implements Holder {
  readonly client: string;
  readonly #pace: Pace;
  readonly #now: () => number;
  #received = 0;
  /** Milliseconds of waiting for the client, without the current wait. */
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

  /** Starts a wait for the client; `interrupt` ends it. */
  awaits(interrupt: () => void): void {
    this.#waitingSince = this.#now();
    this.#interrupt = interrupt;
  }

  /** Ends the wait after `bytes` bytes have arrived. */
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

  /** Ends the transfer if its client has been silent for too long. */
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
