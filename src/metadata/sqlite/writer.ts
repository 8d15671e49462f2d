import { metadataLimits } from "../limits.ts";
import { OutcomeUnknown, StoreUnavailable } from "../store.ts";
import type { FromWriter, ToWriter, Write, WriteResult, Writing } from "./messages.ts";
import { SchemaTooNew } from "./migrate.ts";

const closed = "the metadata store is closed";
const silent = "the metadata writer does not answer: the disk may hang";

interface Waiting extends Write {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** By `performance.now`. */
  readonly since: number;
}

export interface WriterOptions {
  /** Told of the fault that ends all writing, and with undefined of its end. */
  readonly faultChanged?: ((fault: string | undefined) => void) | undefined;
  /** Told that the thread has ended by a defect: then this process can write no more. */
  readonly ended?: ((reason: string) => void) | undefined;
  /** Milliseconds that a write waits for its answer. */
  readonly answerMs?: number;
}

/**
 * The near end of the writer thread. What is asked for while a group is being committed becomes the next group: under load
 * groups grow by themselves, and a lone write does not wait. A thread that does not answer is not waited for: its disk may
 * hang.
 */
export class Writer implements Writing {
  readonly #thread: Worker;
  readonly #options: WriterOptions;
  readonly #answerMs: number;
  readonly #watch: ReturnType<typeof setInterval>;
  readonly #queue: Waiting[] = [];
  #inFlight: readonly Waiting[] = [];
  /** A group was sent that the thread has not answered. */
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
    // A manifest with 10,000 references leaves much behind: a small heap collects it sooner (docs/decisions/0010).
    const thread = new Worker(new URL("./writer.worker.ts", import.meta.url), { smol: true });
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
      // What other requests of this moment write goes into the same group.
      if (!this.#busy && this.#queue.length === 1) setImmediate(() => this.#sendNext());
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

  /** Nothing of what waits was begun. */
  #refuseQueue(reason: string): void {
    for (const { reject } of this.#queue.splice(0)) reject(new StoreUnavailable(reason));
  }

  /** Gives up what has waited too long; where the thread has not answered, all of it, since what comes later would wait as long. */
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
