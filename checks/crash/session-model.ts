import type { Recipe } from "./content.ts";
import type { Ticket, Violation } from "./model.ts";

/** Bytes that a session stands at, or that it is not known (any more). */
export type SessionState = number | "gone";

/**
 * What an upload session may stand at. One client writes to it, one request after the other, so there is never more than
 * one request whose outcome is open.
 */
export class SessionModel {
  readonly repository: string;
  /** Path of the session. */
  readonly location: string;
  readonly recipe: Recipe;
  #offset = 0;
  #ended = false;
  /** Bytes were acknowledged, or it has outlived a kill: another one does not take it. */
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

  /** Still there, as far as anybody was told. */
  get open(): boolean {
    return !this.#ended;
  }

  /** Still there, and nothing is under way that could yet arrive. */
  get quiet(): boolean {
    return !this.#ended && !this.#append && !this.#ending;
  }

  /** `torn`: the client itself breaks off, so any part may have arrived. Otherwise it is all or nothing. */
  beginAppend(length: number, torn = false): void {
    this.#append = { length, torn };
  }

  acknowledgeAppend(): void {
    this.#offset += this.#append?.length ?? 0;
    this.#append = undefined;
    this.#promised = true;
  }

  /** It was asked for while what was torn may still be on its way: there can only come more. */
  narrow(standing: number): void {
    const length = this.#offset + (this.#append?.length ?? 0) - standing;
    this.#offset = standing;
    this.#append = { length, torn: true };
  }

  /** By finishing, which writes a blob, or by cancelling, which does not. */
  beginEnd(blob?: Ticket): void {
    this.#ending = { blob };
  }

  acknowledgeEnd(): void {
    this.#ending?.blob?.acknowledge();
    this.#ending = undefined;
    this.#ended = true;
  }

  /** `killed`: the registry was, since the session began. */
  judge(standing: SessionState, killed = false): Violation | undefined {
    if (this.#isPossible(standing) || (killed && standing === "gone" && !this.#promised)) return undefined;
    const text = `session: ${this.location} stands at ${standing}, due is ${this.#due()}`;
    return { defect: "session", text };
  }

  /** It was looked at after a kill, while nothing was under way. A session that a PUT has ended has left its blob behind. */
  settle(standing: SessionState): void {
    if (standing === "gone") {
      // One to which nothing was promised leaves open whether the PUT or the kill has ended it.
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
