import type { Recipe } from "./content.ts";
import type { Ticket, Violation } from "./model.ts";

/** The offset of a session in bytes, or "gone" if the registry does not know it any more. */
export type SessionState = number | "gone";

/**
 * The possible states of an upload session. One client writes to it, one request after the other, so at most one
 * request has an open outcome.
 */
export class SessionModel {
  readonly repository: string;
  /** Path of the session. */
  readonly location: string;
  readonly recipe: Recipe;
  #offset = 0;
  #ended = false;
  /** Whether bytes were acknowledged, or the session has survived a kill. Another kill must not remove it then. */
  #promised = false;
  #append: { readonly length: number; readonly torn: boolean } | undefined;
  #ending: { readonly blob: Ticket | undefined } | undefined;

  constructor(repository: string, location: string, recipe: Recipe) {
    this.repository = repository;
    this.location = location;
    this.recipe = recipe;
  }

  /** Acknowledged bytes. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether the session still exists as far as the client knows. */
  get open(): boolean {
    return !this.#ended;
  }

  /** Whether it still exists and no request is in progress that could still change it. */
  get quiet(): boolean {
    return !this.#ended && !this.#append && !this.#ending;
  }

  /**
   * `torn` means that the client interrupts the request, so any part may have arrived. Otherwise it is all or
   * nothing.
   */
  beginAppend(length: number, torn = false): void {
    this.#append = { length, torn };
  }

  acknowledgeAppend(): void {
    this.#offset += this.#append?.length ?? 0;
    this.#append = undefined;
    this.#promised = true;
  }

  /** Sets a lower bound for the offset, while bytes of an interrupted request may still arrive. */
  narrow(standing: number): void {
    const length = this.#offset + (this.#append?.length ?? 0) - standing;
    this.#offset = standing;
    this.#append = { length, torn: true };
  }

  /** The session ends, either with a blob or by a cancellation without one. */
  beginEnd(blob?: Ticket): void {
    this.#ending = { blob };
  }

  acknowledgeEnd(): void {
    this.#ending?.blob?.acknowledge();
    this.#ending = undefined;
    this.#ended = true;
  }

  /** `killed` says whether the registry was killed since the session began. */
  judge(standing: SessionState, killed = false): Violation | undefined {
    if (this.#isPossible(standing) || (killed && standing === "gone" && !this.#promised)) return undefined;
    const text = `session: ${this.location} stands at ${standing}, due is ${this.#due()}`;
    return { defect: "session", text };
  }

  /**
   * Sets the state after a kill, while no request is in progress. A session that a PUT has ended has left its blob.
   */
  settle(standing: SessionState): void {
    if (standing === "gone") {
      // If the session had no promise, either the PUT or the kill has ended it.
      if (!this.#promised) this.#ending = undefined;
      this.acknowledgeEnd();
    } else {
      this.#promised = true;
      this.#ending?.blob?.reject();
      this.#ending = undefined;
      this.#offset = standing;
    }
    this.#append = undefined;
  }

  #isPossible(standing: SessionState): boolean {
    if (standing === "gone") return this.#ended || this.#ending !== undefined;
    if (this.#ended) return false;
    const from = this.#offset;
    if (!this.#append) return standing === from;
    const to = from + this.#append.length;
    return this.#append.torn ? standing >= from && standing <= to : standing === from || standing === to;
  }

  #due(): string {
    if (this.#ended) return "gone";
    const to = this.#append ? `${this.#append.torn ? " to " : " or "}${this.#offset + this.#append.length}` : "";
    return `${this.#offset}${to}${this.#ending ? " or gone" : ""}`;
  }
}
