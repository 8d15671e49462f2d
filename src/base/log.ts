import { write as writeCallback } from "node:fs";
import { promisify } from "node:util";
import { limits } from "./limits.ts";

/**
 * One JSON object a line. Lines are collected for a moment and written together; where the reader is too slow, lines are
 * dropped and counted, so that a full pipe never holds up a request.
 */
export class Log {
  readonly #write: (text: string) => Promise<unknown>;
  readonly #common: string;
  /** Lines in pieces: joined once for all of them, and not first each for itself. */
  #pending: string[] = [];
  #pendingCharacters = 0;
  #last = { now: NaN, message: "", head: "" };
  #dropped = 0;
  #flushing: Promise<void> | undefined;

  /** `common` stands in each line. */
  constructor(write: (text: string) => Promise<unknown>, common: object = {}) {
    this.#write = write;
    this.#common = members(common);
  }

  event(message: string, fields: object): void {
    const head = this.#head(Date.now(), message);
    const json = JSON.stringify(fields);
    const tail = json === "{}" ? json.slice(1) : `,${json.slice(1)}`;
    const characters = head.length + tail.length + 1;
    if (this.#pendingCharacters + characters > limits.logBufferCharacters) {
      this.#dropped += 1;
      return;
    }
    this.#pending.push(head, tail, "\n");
    this.#pendingCharacters += characters;
    this.#flushing ??= this.#flushSoon();
  }

  /** Under load, many lines are of the same millisecond, and say the same. */
  #head(now: number, message: string): string {
    const last = this.#last;
    if (last.now === now && last.message === message) return last.head;
    const head = `{"time":"${new Date(now).toISOString()}","message":${JSON.stringify(message)}${this.#common}`;
    this.#last = { now, message, head };
    return head;
  }

  /** Resolves when everything said so far is written, or after `limits.logDrainMs`. */
  async flush(): Promise<void> {
    await Promise.race([this.#flushing, Bun.sleep(limits.logDrainMs)]);
  }

  async #flushSoon(): Promise<void> {
    await Bun.sleep(limits.logFlushMs);
    while (this.#pending.length > 0) {
      const text = inAscii(this.#pending.join(""));
      const dropped = this.#dropped;
      this.#pending = [];
      this.#dropped = 0;
      await this.#write(dropped > 0 ? `${text}{"message":"log lines dropped","count":${dropped}}\n` : text).catch(
        () => undefined,
      );
      this.#pendingCharacters = this.#pending.reduce((sum, piece) => sum + piece.length, 0);
    }
    this.#flushing = undefined;
  }
}

/** As they follow others in an object. */
function members(fields: object): string {
  const json = JSON.stringify(fields);
  return json === "{}" ? "" : `,${json.slice(1, -1)}`;
}

/** JSON leaves 0x7f, C1 and what turns text around as they are; a terminal that shows the log would obey them. */
function inAscii(json: string): string {
  // Far quicker than to look with the expression, and there is nearly never anything.
  if (Buffer.byteLength(json) === json.length && !json.includes("\x7f")) return json;
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
