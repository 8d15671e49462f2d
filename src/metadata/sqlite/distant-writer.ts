import { within } from "../../base/async/deadline.ts";
import { releaseBuffersOf } from "./bytes-of-writes.ts";
import { metadataLimits } from "../limits.ts";
import { writes as operations } from "../sql/operations.ts";
import { OutcomeUnknown, StoreUnavailable, type MetadataStore } from "../store.ts";
import type { Write, WriteResult, Writing } from "./messages.ts";

/** The outcome of a write, in the form in which it is sent to another process. */
export type DistantResult = WriteResult | { readonly unavailable: string } | { readonly unknown: string };

/** Executes a write for another process. It never throws. */
export async function writeFor(store: MetadataStore, { operation, parameters }: Write): Promise<DistantResult> {
  try {
    if (!Object.hasOwn(operations, operation)) throw new Error(`unknown write ${operation}`);
    const writes = store as unknown as Record<string, (...parameters: readonly unknown[]) => Promise<unknown>>;
    return { value: await writes[operation]!(...parameters) };
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
 * Sends writes to the process that has the writer, and receives their results. While that process does not answer, it
 * refuses new writes, so that no more of them queue up.
 */
export class DistantWriter implements Writing {
  readonly #send: (write: Write) => Promise<DistantResult>;
  readonly #answerMs: number;
  #waiting = 0;
  #closed = false;
  #fault: string | undefined;
  /** True if a write has timed out and no answer has arrived since. */
  #silent = false;

  constructor(send: (write: Write) => Promise<DistantResult>, answerMs: number = metadataLimits.supervisorAnswerMs) {
    this.#send = send;
    this.#answerMs = answerMs;
  }

  get fault(): string | undefined {
    if (this.#closed) return "the metadata store is closed";
    return this.#fault ?? (this.#silent ? silent : undefined);
  }

  /**
   * Sets the fault that the other process reported; undefined if it has ended. Call it before the results of the writes
   * that the fault ended arrive.
   */
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
