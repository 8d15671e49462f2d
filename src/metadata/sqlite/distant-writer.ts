import { limits } from "../../base/limits.ts";
import { writes as operations } from "../sql/operations.ts";
import { StoreUnavailable, type MetadataStore } from "../store.ts";
import type { Write, WriteResult, Writing } from "./messages.ts";

/** How a write ended, as it is told to another process. */
export type DistantResult = WriteResult | { readonly unavailable: string };

/** Does a write for another process; never throws. */
export async function writeFor(store: MetadataStore, { operation, parameters }: Write): Promise<DistantResult> {
  try {
    if (!Object.hasOwn(operations, operation)) throw new Error(`there is no write ${operation}`);
    const method = store[operation] as (...parameters: readonly unknown[]) => Promise<unknown>;
    return { value: await method(...parameters) };
  } catch (error) {
    const { message } = error as Error;
    return error instanceof StoreUnavailable ? { unavailable: message } : { error: message };
  }
}

/** The writer of a store as another process has it: writes go there, and what became of them comes back. */
export class DistantWriter implements Writing {
  readonly #send: (write: Write) => Promise<DistantResult>;
  #waiting = 0;
  #fault: string | undefined;

  constructor(send: (write: Write) => Promise<DistantResult>) {
    this.#send = send;
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  /** Told before the writes that it ends are. */
  fail(fault: string): void {
    this.#fault ??= fault;
  }

  async write(write: Write): Promise<unknown> {
    if (this.#fault !== undefined) throw new StoreUnavailable(this.#fault);
    if (this.#waiting >= limits.metadataQueue) throw new StoreUnavailable("the queue of metadata writes is full");
    this.#waiting += 1;
    try {
      return valueOf(await this.#send(write));
    } finally {
      this.#waiting -= 1;
    }
  }

  async close(): Promise<void> {
    this.fail("the metadata store is closed");
  }
}

function valueOf(result: DistantResult): unknown {
  if ("unavailable" in result) throw new StoreUnavailable(result.unavailable);
  if ("error" in result) throw new Error(result.error);
  return result.value;
}
