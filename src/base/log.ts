import { write as writeCallback } from "node:fs";
import { promisify } from "node:util";
import { baseLimits } from "./limits.ts";
import { noPaint, terminalPaint, type Colour, type Paint } from "./paint.ts";

/** Levels from the least to the most severe. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
/** One of the levels. */
export type LogLevel = (typeof logLevels)[number];

/** Options of a log. */
export interface LogOptions {
  /** Fields of every line. */
  readonly common?: object;
  /** Events below this level are dropped; `off` drops all. */
  readonly least?: LogLevel | "off";
  /** `json` writes one object a line, for programs; `text` is for a person at a terminal. */
  readonly format?: "json" | "text";
  /** Whether lines of the text format have colours. */
  readonly colour?: boolean;
}

/** How the lines of an event look, if its fields as they are would be hard to read. */
export interface LineFormat<Fields> {
  /** The fields of the JSON line. */
  readonly json: (fields: Fields) => object;
  /** The text line after its time and level. */
  readonly text: (fields: Fields, paint: Paint) => string;
}

/**
 * Writes one line for each event. Lines are collected for a short time and written together. While the reader is too
 * slow, lines are dropped and counted, so that a full pipe never delays a request.
 */
export class Log {
  readonly #write: (text: string) => Promise<unknown>;
  readonly #common: string;
  readonly #least: number;
  readonly #format: "json" | "text";
  readonly #paint: Paint;
  /** Pieces of the pending lines, joined once for all of them. */
  #pending: string[] = [];
  #pendingCharacters = 0;
  #last = { now: NaN, message: "", level: "", head: "" };
  #dropped = 0;
  #flushing: Promise<void> | undefined;

  constructor(
    write: (text: string) => Promise<unknown>,
    { common = {}, least = "debug", format = "json", colour = false }: LogOptions = {},
  ) {
    this.#write = write;
    this.#format = format;
    this.#paint = colour ? terminalPaint : noPaint;
    this.#common = format === "json" ? members(common) : pairs(common);
    this.#least = least === "off" ? logLevels.length : logLevels.indexOf(least);
  }

  event<Fields extends object>(
    message: string,
    fields: Fields,
    level: LogLevel = "info",
    line?: LineFormat<Fields>,
  ): void {
    if (logLevels.indexOf(level) < this.#least) return;
    const [head, tail] =
      this.#format === "json"
        ? this.#json(message, line ? line.json(fields) : fields, level)
        : this.#text(level, line ? line.text(fields, this.#paint) : `${message}${pairs(fields)}`);
    const characters = head.length + tail.length + 1;
    if (this.#pendingCharacters + characters > baseLimits.logBufferCharacters) {
      this.#dropped += 1;
      return;
    }
    this.#pending.push(head, tail, "\n");
    this.#pendingCharacters += characters;
    this.#flushing ??= this.#flushSoon();
  }

  #json(message: string, fields: object, level: LogLevel): readonly [string, string] {
    const [head, json] = [this.#head(Date.now(), message, level), JSON.stringify(fields)];
    return json === "{}" ? [head.slice(0, -1), "}"] : [head, json.slice(1)];
  }

  /** The beginning of a line, with the comma after it. Under load, many lines share their millisecond, message and level. */
  #head(now: number, message: string, level: LogLevel): string {
    const last = this.#last;
    if (last.now === now && last.message === message && last.level === level) return last.head;
    const time = new Date(now).toISOString();
    const head = `{"time":"${time}","level":"${level}","message":${JSON.stringify(message)}${this.#common},`;
    this.#last = { now, message, level, head };
    return head;
  }

  #text(level: LogLevel, text: string): readonly [string, string] {
    const time = this.#paint("dim", new Date().toTimeString().slice(0, 8));
    return [`${time} ${this.#paint(levelColours[level], level.padEnd(5))} `, `${text}${this.#common}`];
  }

  /** Resolves when all earlier events are written, or after `baseLimits.logDrainMs`. */
  async flush(): Promise<void> {
    await Promise.race([this.#flushing, Bun.sleep(baseLimits.logDrainMs)]);
  }

  async #flushSoon(): Promise<void> {
    await Bun.sleep(baseLimits.logFlushMs);
    while (this.#pending.length > 0) {
      const text = inAscii(this.#pending.join(""));
      const dropped = this.#dropped;
      this.#pending = [];
      this.#dropped = 0;
      await this.#write(dropped > 0 ? `${text}${this.#droppedLine(dropped)}\n` : text).catch(() => undefined);
      this.#pendingCharacters = this.#pending.reduce((sum, piece) => sum + piece.length, 0);
    }
    this.#flushing = undefined;
  }

  #droppedLine(count: number): string {
    const message = "log lines dropped";
    if (this.#format === "text") return this.#text("warn", `${message}${pairs({ count })}`).join("");
    return `{"level":"warn","message":"${message}","count":${count}}`;
  }
}

const levelColours: Readonly<Record<LogLevel, Colour>> = {
  debug: "dim",
  info: "dim",
  warn: "yellow",
  error: "red",
};

/** Formats fields as text, each after a space. A value that is not one plain word is quoted as in JSON. */
export function pairs(fields: object): string {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return present.map(([name, value]) => ` ${name}=${textOf(value)}`).join("");
}

/** Formats a value of a text line so that it cannot end the line or look like another field. */
export function textOf(value: unknown): string {
  const isPlain = typeof value === "string" && /^[!#-<>-~]+$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}

/** The members of an object as JSON that follows other members. */
function members(fields: object): string {
  const json = JSON.stringify(fields);
  return json === "{}" ? "" : `,${json.slice(1, -1)}`;
}

/**
 * Escapes every character from 0x7f on. JSON leaves 0x7f, C1 and bidirectional control characters unescaped, and a
 * terminal that shows the log would obey them.
 */
function inAscii(json: string): string {
  // Much faster than the expression, and nearly all texts are plain.
  if (Buffer.byteLength(json) === json.length && !json.includes("\x7f")) return json;
  return json.replaceAll(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Returns a function that writes to a descriptor from a pool thread, one text at a time. A pipe whose reader has
 * stopped blocks that thread and no other work.
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
        await Bun.sleep(baseLimits.logFlushMs);
      }
    }
  };
}

/**
 * True if a non-blocking descriptor is full. The parent process may have made this process's standard error
 * non-blocking.
 */
function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
