import { within } from "../../base/async/deadline.ts";
import { releaseBuffersOf } from "./bytes-of-writes.ts";
import { metadataLimits } from "../limits.ts";
import { writes as operations } from "../sql/operations.ts";
import { OutcomeUnknown, StoreUnavailable, type MetadataStore } from "../store.ts";
import type { Write, WriteResult, Writing } from "./messages.ts";

/** How a write ended, as it is told to another process. */
export type DistantResult = WriteResult | { readonly unavailable: string } | { readonly unknown: string };

/** Does a write for another process; never throws. */
export async function writeFor(store: MetadataStore, { operation, parameters }: Write): Promise<DistantResult> {
  try {
    if (!Object.hasOwn(operations, operation)) throw new Error(`there is no write ${operation}`);
    const method = store[operation] as (...parameters: readonly unknown[]) => Promise<unknown>;
    return { value: await method(...parameters) };
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof OutcomeUnknown) return { unknown: message };
    return error instanceof StoreUnavailable ? { unavailable: message } : { error: message };
  } finally {
    releaseBuffersOf(parameters);
  }
}

const silent = "the process that writes the metadata does not answer";

/**
 * The writer of a store as another process has it: writes go there, and what became of them comes back. While that process does
 * not answer, no more is sent to it than what has waited for it already.
 */
export class DistantWriter implements Writing {
  readonly #send: (write: Write) => Promise<DistantResult>;
  readonly #answerMs: number;
  #waiting = 0;
  #closed = false;
  #fault: string | undefined;
  /** A write has waited in vain, and nothing has been answered since. */
  #silent = false;

  constructor(send: (write: Write) => Promise<DistantResult>, answerMs: number = metadataLimits.supervisorAnswerMs) {
    this.#send = send;
    this.#answerMs = answerMs;
  }

  get fault(): string | undefined {
    if (this.#closed) return "the metadata store is closed";
    return this.#fault ?? (this.#silent ? silent : undefined);
  }

  /** Told before the writes that it ends are; undefined where it has ended. */
  setFault(fault: string | undefined): void {
    this.#fault = fault;
  }

  async write(write: Write): Promise<unknown> {
    const { fault } = this;
    if (fault !== undefined) throw new StoreUnavailable(fault);
    if (this.#waiting >= metadataLimits.metadataQueue)
      throw new StoreUnavailable("the queue of metadata writes is full");
    return valueOf(await within(this.#answerMs, this.#ask(write), () => this.#late()));
  }

  async #ask(write: Write): Promise<DistantResult> {
    this.#waiting += 1;
    try {
      return await this.#send(write);
    } finally {
      this.#waiting -= 1;
      this.#silent = false;
    }
  }

  #late(): Error {
    this.#silent = true;
    return new OutcomeUnknown(silent);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

function valueOf(result: DistantResult): unknown {
  if ("unavailable" in result) throw new StoreUnavailable(result.unavailable);
  if ("unknown" in result) throw new OutcomeUnknown(result.unknown);
  if ("error" in result) throw new Error(result.error);
  return result.value;
}
