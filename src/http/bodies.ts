import { LineFull, type Abortable } from "../base/async/fair-line.ts";
import { httpLimits } from "./limits.ts";
import { ociLimits } from "../oci/limits.ts";
import { Budget } from "../base/async/budget.ts";
import type { MaybePromise } from "../base/async/maybe-promise.ts";
import { RegistryError, type ErrorItem } from "../oci/errors.ts";
import type { Body } from "../api/describe.ts";
import type { Budgets } from "./budgets.ts";
import { Transfer, type Pace } from "./transfer.ts";

/** A request body that a row accepts. */
export type TakenBody = Exclude<Body, { readonly kind: "none" }>;

/** A request body that is read into memory. */
export type BufferedBody = Exclude<TakenBody, { readonly kind: "stream" }>;

/**
 * `Bodies` tracks all request bodies that this process is receiving, and limits the resources that they use together.
 */
export class Bodies {
  readonly #blobPace: Pace;
  readonly #heldPace: Pace;
  readonly #active = new Set<Transfer>();
  readonly #all: Budget;
  readonly #blobWrites: Budget;
  readonly #small: Budget;
  readonly #large: Budget;

  constructor(budgets: Budgets, silenceMs: number) {
    const { blobWrites, blobWritesWaiting, smallBodyBytes, largeBodyBytes, bodiesWaiting, waitMs } = budgets;
    const waiting = { waitMs, lookEveryMs: httpLimits.budgetLookMs };
    const { slowAfterMs } = budgets;
    this.#blobPace = { silenceMs, slowAfterMs, leastBytesPerSecond: httpLimits.slowUploadBytesPerSecond };
    this.#heldPace = {
      silenceMs,
      wholeMs: silenceMs + httpLimits.heldBodyMs,
      slowAfterMs,
      leastBytesPerSecond: httpLimits.slowBodyBytesPerSecond,
    };
    this.#all = new Budget({ total: budgets.bodies, longest: bodiesWaiting, ...waiting });
    this.#blobWrites = new Budget({ total: blobWrites, longest: blobWritesWaiting, ...waiting });
    this.#small = new Budget({ total: smallBodyBytes, longest: bodiesWaiting, ...waiting });
    this.#large = new Budget({ total: largeBodyBytes, longest: bodiesWaiting, ...waiting });
  }

  /** The number of bytes of request bodies in memory. */
  get heldBytes(): number {
    return this.#small.used + this.#large.used;
  }

  /** The number of requests that wait for memory for their body. */
  get waiting(): number {
    return this.#all.waiting + this.#blobWrites.waiting + this.#small.waiting + this.#large.waiting;
  }

  begin({ kind }: TakenBody, client: string): Transfer {
    const transfer = new Transfer(client, kind === "stream" ? this.#blobPace : this.#heldPace);
    this.#active.add(transfer);
    return transfer;
  }

  /**
   * Takes a place for a body, before any of it is read. Throws the errors of `Budget.take`, as the following methods
   * do.
   */
  takeAny(transfer: Transfer, request: Abortable): MaybePromise<void> {
    return this.#all.take(transfer, 1, request);
  }

  /** Takes a place among the requests that write a blob. */
  takeWrite(transfer: Transfer, request: Abortable): MaybePromise<void> {
    return this.#blobWrites.take(transfer, 1, request);
  }

  /** Takes memory for `bytes` of a body that is still small. */
  takeSmall(transfer: Transfer, bytes: number, request: Abortable): MaybePromise<void> {
    return this.#small.take(transfer, bytes, request);
  }

  /** Throws `LineFull` if the queue has no place for another large body of this client. */
  refuseLarge({ client }: Transfer): void {
    if (this.#large.refuses(client)) throw new LineFull("too many requests wait");
  }

  /** Takes memory for a whole large body, and returns the memory that it had as a small one. */
  async takeLarge(transfer: Transfer, bytes: number, request: Abortable): Promise<void> {
    await this.#large.take(transfer, bytes, request);
    this.#small.release(transfer);
  }

  end(transfer: Transfer): void {
    this.#active.delete(transfer);
    this.#all.release(transfer);
    this.#blobWrites.release(transfer);
    this.#small.release(transfer);
    this.#large.release(transfer);
  }

  /** Checks for silent clients until the caller calls the returned function. */
  watch(): () => void {
    const timer = setInterval(() => {
      for (const transfer of this.#active) transfer.check();
    }, httpLimits.silenceLookMs);
    return () => clearInterval(timer);
  }

  /** The error for a client whose body was interrupted on purpose; other errors are returned unchanged. */
  explain(transfer: Transfer, error: unknown): unknown {
    // The detail about the upload session is kept.
    const [item = {}]: readonly ErrorItem[] = error instanceof RegistryError ? error.items : [];
    if (transfer.cut === undefined) return error;
    if (transfer.cut === "silent")
      return new RegistryError("BODY_TIMED_OUT", { detail: item.detail }, { closes: true });
    const message = "the request body arrived too slowly while other requests waited";
    const facts = { retryAfterSeconds: ociLimits.retryAfterSeconds, closes: true };
    return new RegistryError("TOO_MANY_REQUESTS", { message, detail: item.detail }, facts);
  }
}
