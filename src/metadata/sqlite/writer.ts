import { startThread } from "../../base/thread.ts";
import { metadataLimits } from "../limits.ts";
import { OutcomeUnknown, StoreUnavailable } from "../store.ts";
import type { FromWriter, ToWriter, Write, WriteResult, Writing } from "./messages.ts";
import { SchemaTooNew } from "./migrate.ts";

const closed = "the metadata store is closed";
const silent = "the metadata writer does not answer: the disk may hang";

interface Waiting extends Write {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Time of the call, by `performance.now`. */
  readonly since: number;
}

/** Options of a writer. */
export interface WriterOptions {
  /** Called with the fault that stops all writes, and with undefined when it has ended. */
  readonly faultChanged?: ((fault: string | undefined) => void) | undefined;
  /** Called when the thread has ended because of a defect. This process cannot write any more then. */
  readonly ended?: ((reason: string) => void) | undefined;
  /** Timeout of a write in milliseconds. */
  readonly answerMs?: number;
}

/**
 * Controls the writer thread from the calling thread. Writes that arrive while a group is being committed form the next
 * group. So groups grow under load, and a single write does not wait. If the thread does not answer, for example
 * because the disk hangs, its writes time out.
 */
export class Writer implements Writing {
  readonly #thread: Worker;
  readonly #options: WriterOptions;
  readonly #answerMs: number;
  readonly #watch: ReturnType<typeof setInterval>;
  readonly #queue: Waiting[] = [];
  #inFlight: readonly Waiting[] = [];
  /** True while the thread has a group that it has not answered. */
  #busy = false;
  #fault: string | undefined;
  #closing: PromiseWithResolvers<void> | undefined;

  private constructor(thread: Worker, options: WriterOptions) {
    const { answerMs = metadataLimits.writerAnswerMs } = options;
    this.#thread = thread;
    this.#options = options;
    this.#answerMs = answerMs;
    thread.addEventListener("message", (event: MessageEvent<FromWriter>) => this.#receive(event.data));
    thread.addEventListener("error", (event) => this.#end(`the metadata writer ended: ${event.message}`));
    this.#watch = setInterval(() => this.#refuseLate(), Math.min(1_000, answerMs));
    this.#watch.unref();
  }

  static async open(path: string, options: WriterOptions = {}): Promise<Writer> {
    // A manifest with 10,000 references creates much garbage, which a small heap collects sooner (docs/decisions/0010).
    const thread = startThread("metadata/sqlite/writer.worker.ts");
    const answer = await new Promise<FromWriter>((resolve, reject) => {
      thread.addEventListener("message", (event: MessageEvent<FromWriter>) => resolve(event.data), { once: true });
      thread.addEventListener("error", (event) => reject(new Error(event.message)), { once: true });
      thread.postMessage({ kind: "open", path } satisfies ToWriter);
    });
    if (answer.kind === "opened") return new Writer(thread, options);
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
    if (this.#queue.length >= metadataLimits.metadataQueue) {
      return Promise.reject(new StoreUnavailable("the queue of metadata writes is full"));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...write, resolve, reject, since: performance.now() });
      // Writes of other requests at this moment go into the same group.
      if (!this.#busy && this.#queue.length === 1) setImmediate(() => this.#sendNext());
    });
  }

  /** Waits for the writes that were requested before, and refuses later ones. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = Promise.withResolvers();
      if (this.#fault) this.#closing.resolve();
      else this.#sendNext();
    }
    await this.#closing.promise;
    clearInterval(this.#watch);
    this.#thread.terminate();
  }

  #sendNext(): void {
    if (this.#busy || this.#fault !== undefined) return;
    if (this.#queue.length > 0) {
      this.#inFlight = this.#queue.splice(0, metadataLimits.commitGroup);
      this.#busy = true;
      const writes = this.#inFlight.map(({ operation, parameters }) => ({ operation, parameters }));
      this.#send({ kind: "group", writes });
    } else if (this.#closing) {
      this.#fault = closed;
      this.#send({ kind: "close" });
    }
  }

  #send(message: ToWriter): void {
    this.#thread.postMessage(message);
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case "fault":
        this.#setFault(message.reason);
        break;
      case "committed":
        this.#settle(message.results);
        break;
      case "failed":
        this.#fail(message);
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
    this.#answered();
    for (const [index, waiting] of this.#take().entries()) {
      const result = results[index]!;
      if ("error" in result) waiting.reject(new Error(`${waiting.operation}: ${result.error}`));
      else waiting.resolve(result.value);
    }
  }

  #fail({ reason, unknown }: Extract<FromWriter, { kind: "failed" }>): void {
    this.#answered();
    for (const { reject } of this.#take()) reject(unknown ? new OutcomeUnknown(reason) : new StoreUnavailable(reason));
  }

  #answered(): void {
    this.#busy = false;
    if (this.#fault === silent) this.#setFault(undefined);
  }

  /** Refuses all queued writes. None of them has begun. */
  #refuseQueue(reason: string): void {
    for (const { reject } of this.#queue.splice(0)) reject(new StoreUnavailable(reason));
  }

  /**
   * Refuses writes that have timed out. If the thread has not answered a group in time, it refuses all writes, because
   * later ones would wait as long.
   */
  #refuseLate(): void {
    const latest = performance.now() - this.#answerMs;
    if (this.#inFlight.length > 0 && this.#inFlight[0]!.since <= latest) {
      for (const { reject } of this.#take()) reject(new OutcomeUnknown(silent));
      this.#setFault(silent);
    }
    while (this.#queue.length > 0 && this.#queue[0]!.since <= latest) {
      this.#queue.shift()!.reject(new StoreUnavailable(silent));
    }
  }

  #setFault(reason: string | undefined): void {
    if (this.#fault === closed || this.#fault === reason) return;
    this.#fault = reason;
    this.#options.faultChanged?.(reason);
    if (reason === undefined) return;
    this.#refuseQueue(reason);
    this.#closing?.resolve();
  }

  #end(reason: string): void {
    for (const { reject } of this.#take()) reject(new OutcomeUnknown(reason));
    this.#setFault(reason);
    this.#options.ended?.(reason);
  }
}
