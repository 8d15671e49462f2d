import { write as writeCallback } from "node:fs";
import { promisify } from "node:util";
import { limits } from "./limits.ts";
import { latest } from "./remembered.ts";

/**
 * One JSON object a line. Lines are collected for a moment and written together; where the reader is too slow, lines are
 * dropped and counted, so that a full pipe never holds up a request.
 */
export class Log {
  readonly #write: (text: string) => Promise<unknown>;
  readonly #common: string;
  #pending: string[] = [];
  #pendingBytes = 0;
  #dropped = 0;
  #flushing: Promise<void> | undefined;

  /** `common` stands in each line. */
  constructor(write: (text: string) => Promise<unknown>, common: object = {}) {
    this.#write = write;
    this.#common = members(common);
  }

  event(message: string, fields: object): void {
    const line = lineOf(timeText(Date.now()), message, this.#common + members(fields));
    if (this.#pendingBytes + line.length > limits.logBufferBytes) {
      this.#dropped += 1;
      return;
    }
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    this.#flushing ??= this.#flushSoon();
  }

  /** Resolves when everything said so far is written, or after `limits.logDrainMs`. */
  async flush(): Promise<void> {
    await Promise.race([this.#flushing, Bun.sleep(limits.logDrainMs)]);
  }

  async #flushSoon(): Promise<void> {
    await Bun.sleep(limits.logFlushMs);
    while (this.#pending.length > 0) {
      const text = this.#pending.join("");
      const dropped = this.#dropped;
      this.#pending = [];
      this.#dropped = 0;
      await this.#write(dropped > 0 ? `${text}{"message":"log lines dropped","count":${dropped}}\n` : text).catch(
        () => undefined,
      );
      this.#pendingBytes = this.#pending.reduce((sum, line) => sum + line.length, 0);
    }
    this.#flushing = undefined;
  }
}

/** Put together as text: to copy the fields into another object first costs as much as to write them. */
function lineOf(time: string, message: string, more: string): string {
  return `${inAscii(`{"time":"${time}","message":${JSON.stringify(message)}${more}}`)}\n`;
}

/** As they follow others in an object. */
function members(fields: object): string {
  const json = JSON.stringify(fields);
  return json === "{}" ? "" : `,${json.slice(1, -1)}`;
}

/** Under load, many lines are of the same millisecond. */
const timeText = latest((now: number) => new Date(now).toISOString());

const outsideAscii = /[\x7f-\uffff]/;

/** JSON leaves 0x7f, C1 and what turns text around as they are; a terminal that shows the log would obey them. */
function inAscii(json: string): string {
  // A search costs a fortieth of a replacement that finds nothing.
  if (!outsideAscii.test(json)) return json;
  return json.replaceAll(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Writes to a descriptor from a thread of the pool, one text at a time: a pipe whose reader has stopped blocks that thread,
 * and nobody else.
 */
export function writerTo(descriptor: number): (text: string) => Promise<void> {
  const write = promisify(writeCallback);
  return async (text) => {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) {
      try {
        const { bytesWritten } = await write(descriptor, bytes, done, bytes.length - done, null);
        done += bytesWritten;
      } catch (error) {
        if (!isFull(error)) throw error;
        await Bun.sleep(limits.logFlushMs);
      }
    }
  };
}

/** Whoever started this process may have made its standard error one that does not block. */
function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
