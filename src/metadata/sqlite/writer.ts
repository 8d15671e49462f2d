import { limits } from "../../base/limits.ts";
import { StoreUnavailable } from "../store.ts";
import type { FromWriter, ToWriter, Write, WriteResult, Writing } from "./messages.ts";
import { SchemaTooNew } from "./migrate.ts";

const closed = "the metadata store is closed";

interface Waiting extends Write {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The near end of the writer thread. What is asked for while a group is being committed becomes the next group: under load
 * groups grow by themselves, and a lone write waits for nobody.
 */
export class Writer implements Writing {
  readonly #thread: Worker;
  readonly #failed: (fault: string) => void;
  readonly #queue: Waiting[] = [];
  #inFlight: readonly Waiting[] = [];
  #fault: string | undefined;
  #closing: PromiseWithResolvers<void> | undefined;

  private constructor(thread: Worker, failed: (fault: string) => void) {
    this.#thread = thread;
    this.#failed = failed;
    thread.addEventListener("message", (event: MessageEvent<FromWriter>) => this.#receive(event.data));
    thread.addEventListener("error", (event) => this.#fail(`the metadata writer ended: ${event.message}`));
  }

  static async open(path: string, failed: (fault: string) => void = () => undefined): Promise<Writer> {
    // A manifest with 10,000 references leaves much behind: a small heap collects it sooner (docs/decisions/0010).
    const thread = new Worker(new URL("./writer-thread.ts", import.meta.url), { smol: true });
    const answer = await new Promise<FromWriter>((resolve, reject) => {
      thread.addEventListener("message", (event: MessageEvent<FromWriter>) => resolve(event.data), { once: true });
      thread.addEventListener("error", (event) => reject(new Error(event.message)), { once: true });
      thread.postMessage({ kind: "open", path } satisfies ToWriter);
    });
    if (answer.kind === "opened") return new Writer(thread, failed);
    thread.terminate();
    if (answer.kind !== "refused") throw new Error(`the metadata writer answered ${answer.kind} to open`);
    throw answer.schemaTooNew ? new SchemaTooNew(answer.reason) : new Error(answer.reason);
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  write(write: Write): Promise<unknown> {
    const refusal = this.#fault ?? (this.#closing && closed);
    if (refusal !== undefined) return Promise.reject(new StoreUnavailable(refusal));
    if (this.#queue.length >= limits.metadataQueue) {
      return Promise.reject(new StoreUnavailable("the queue of metadata writes is full"));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...write, resolve, reject });
      this.#sendNext();
    });
  }

  /** Waits for what was asked for before; what is asked for later is refused. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = Promise.withResolvers();
      if (this.#fault) this.#closing.resolve();
      else this.#sendNext();
    }
    await this.#closing.promise;
    this.#thread.terminate();
  }

  #sendNext(): void {
    if (this.#inFlight.length > 0) return;
    if (this.#queue.length > 0 && !this.#fault) {
      this.#inFlight = this.#queue.splice(0, limits.commitGroup);
      const writes = this.#inFlight.map(({ operation, parameters }) => ({ operation, parameters }));
      this.#send({ kind: "group", writes });
    } else if (this.#closing) {
      this.#fault ??= closed;
      this.#send({ kind: "close" });
    }
  }

  #send(message: ToWriter): void {
    this.#thread.postMessage(message);
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case "committed":
        this.#settle(message.results);
        break;
      case "failed":
        if (message.fatal) this.#fail(`the metadata store failed: ${message.reason}`);
        else this.#refuse(this.#take(), message.reason);
        break;
      case "closed":
        this.#closing?.resolve();
        return;
      case "opened":
      case "refused":
        return;
    }
    this.#sendNext();
  }

  #take(): readonly Waiting[] {
    const group = this.#inFlight;
    this.#inFlight = [];
    return group;
  }

  #settle(results: readonly WriteResult[]): void {
    for (const [index, waiting] of this.#take().entries()) {
      const result = results[index]!;
      if ("error" in result) waiting.reject(new Error(`${waiting.operation}: ${result.error}`));
      else waiting.resolve(result.value);
    }
  }

  #refuse(group: readonly Waiting[], reason: string): void {
    for (const waiting of group) waiting.reject(new StoreUnavailable(reason));
  }

  /** After this no write is acknowledged: what the disk holds is not known any more. */
  #fail(reason: string): void {
    this.#fault = reason;
    this.#failed(reason);
    this.#refuse(this.#take(), reason);
    this.#refuse(this.#queue.splice(0), reason);
    this.#closing?.resolve();
  }
}
