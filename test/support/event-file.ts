/** The request events of several processes, in a file to which each of them appends. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { Observer, RequestEvent } from "../../src/http/observe/request-event.ts";
import { Recorder } from "./recorder.ts";

/** An event, and the process that answered the request. */
interface Line {
  readonly pid: number;
  readonly event: RequestEvent;
}

/** Writes the events of a process. An event is in the file before the client gets the response. */
export class EventWriter implements Observer {
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, "a");
  }

  finished(event: RequestEvent): void {
    const line: Line = { pid: process.pid, event };
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }
}

/** Records the events that other processes have written. */
export class FileRecorder extends Recorder {
  readonly #descriptor: number;
  readonly #answered = new Map<number, number>();
  #rest = Buffer.alloc(0);
  #closed = false;

  /** Makes the file. */
  constructor(path: string) {
    super();
    this.#descriptor = openSync(path, "w+");
  }

  override get events(): readonly RequestEvent[] {
    this.#read();
    return super.events;
  }

  /** The number of requests that each process has answered, by process id. */
  get answered(): ReadonlyMap<number, number> {
    this.#read();
    return this.#answered;
  }

  /** Reads the last events. Nothing may write any more. */
  close(): void {
    this.#read();
    this.#closed = true;
    closeSync(this.#descriptor);
  }

  #read(): void {
    if (this.#closed) return;
    const bytes = Buffer.alloc(65_536);
    for (let count; (count = readSync(this.#descriptor, bytes, 0, bytes.length, null)) > 0;) {
      this.#rest = Buffer.concat([this.#rest, bytes.subarray(0, count)]);
    }
    const end = this.#rest.lastIndexOf("\n") + 1;
    const lines = this.#rest.subarray(0, end).toString().split("\n").slice(0, -1);
    this.#rest = this.#rest.subarray(end);
    for (const line of lines) this.#take(JSON.parse(line) as Line);
  }

  #take({ pid, event }: Line): void {
    this.#answered.set(pid, (this.#answered.get(pid) ?? 0) + 1);
    this.finished(event);
  }
}
