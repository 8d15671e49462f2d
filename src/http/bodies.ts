import { LineFull, type Abortable } from "../base/async/fair-line.ts";
import { httpLimits } from "./limits.ts";
import { ociLimits } from "../oci/limits.ts";
import { MemoryBudget } from "../base/async/memory-budget.ts";
import type { MaybePromise } from "../base/async/maybe-promise.ts";
import { RegistryError, type ErrorItem } from "../oci/errors.ts";
import type { Body } from "../api/describe.ts";
import type { Budgets } from "./budgets.ts";
import { Transfer, type Pace } from "./transfer.ts";

/** A body that a row takes. */
export type TakenBody = Exclude<Body, { readonly kind: "none" }>;

/** All request bodies that are on their way to this process, and what they may take of it together. */
export class Bodies {
  readonly #blobPace: Pace;
  readonly #heldPace: Pace;
  readonly #active = new Set<Transfer>();
  readonly #all: MemoryBudget;
  readonly #blobWrites: MemoryBudget;
  readonly #small: MemoryBudget;
  readonly #large: MemoryBudget;

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
    this.#all = new MemoryBudget({ total: budgets.bodies, longest: bodiesWaiting, ...waiting });
    this.#blobWrites = new MemoryBudget({ total: blobWrites, longest: blobWritesWaiting, ...waiting });
    this.#small = new MemoryBudget({ total: smallBodyBytes, longest: bodiesWaiting, ...waiting });
    this.#large = new MemoryBudget({ total: largeBodyBytes, longest: bodiesWaiting, ...waiting });
  }

  /** Bytes of bodies that are held in memory. */
  get heldBytes(): number {
    return this.#small.used + this.#large.used;
  }

  /** Requests that wait until there is room for their body. */
  get waiting(): number {
    return this.#all.waiting + this.#blobWrites.waiting + this.#small.waiting + this.#large.waiting;
  }

  begin({ kind }: TakenBody, client: string): Transfer {
    const transfer = new Transfer(client, kind === "stream" ? this.#blobPace : this.#heldPace);
    this.#active.add(transfer);
    return transfer;
  }

  /** Before anything of a body is read. Throws as `Room.take`, as do the next ones. */
  takeAny(transfer: Transfer, request: Abortable): MaybePromise<void> {
    return this.#all.take(transfer, 1, request);
  }

  /** Takes a place among the requests that write a blob. */
  takeWrite(transfer: Transfer, request: Abortable): MaybePromise<void> {
    return this.#blobWrites.take(transfer, 1, request);
  }

  /** For bytes of a body that is small so far. */
  takeSmall(transfer: Transfer, bytes: number, request: Abortable): MaybePromise<void> {
    return this.#small.take(transfer, bytes, request);
  }

  /** Throws `LineFull` where a large body of this client would find no place among those that wait. */
  refuseLarge({ client }: Transfer): void {
    if (this.#large.refuses(client)) throw new LineFull("too many requests wait");
  }

  /** For the whole of a large body; the bytes that it had as a small one are given back. */
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

  /** Looks for silent clients until the returned function is called. */
  watch(): () => void {
    const timer = setInterval(() => {
      for (const transfer of this.#active) transfer.check();
    }, httpLimits.silenceLookMs);
    return () => clearInterval(timer);
  }

  /** The error for a client whose body was cut; other errors as they are. */
  explain(transfer: Transfer, error: unknown): unknown {
    // What was known of the session goes with it.
    const [item = {}]: readonly ErrorItem[] = error instanceof RegistryError ? error.items : [];
    if (transfer.cut === undefined) return error;
    if (transfer.cut === "silent")
      return new RegistryError("BODY_TIMED_OUT", { detail: item.detail }, { closes: true });
    const message = "the body came too slowly while other requests waited";
    const facts = { retryAfterSeconds: ociLimits.retryAfterSeconds, closes: true };
    return new RegistryError("TOO_MANY_REQUESTS", { message, detail: item.detail }, facts);
  }
}
