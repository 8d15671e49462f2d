import { describe, expect, test } from "bun:test";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../test/support/until.ts";
import { rejectionOf } from "../../test/support/rejection.ts";
import { baseLimits } from "./limits.ts";
import { Log, writerTo, type LineFormat } from "./log.ts";

/** A reader that accepts a text only when the test says so. */
class SlowReader {
  readonly texts: string[] = [];
  #took = Promise.withResolvers<void>();
  #arrived = Promise.withResolvers<void>();

  readonly write = (text: string): Promise<void> => {
    this.texts.push(text);
    this.#arrived.resolve();
    return this.#took.promise;
  };

  /** Resolves when a text has been offered to it. */
  get arrived(): Promise<void> {
    return this.#arrived.promise;
  }

  /** Accepts the offered text, and then every further one at once. */
  takeAll(): void {
    this.#took.resolve();
  }
}

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a log", () => {
  test("writes one line of JSON for each event, in their order and in one write", async () => {
    const texts: string[] = [];
    const log = new Log(async (text) => texts.push(text));
    log.event("first", { n: 1, text: "two\nlines" });
    log.event("second", { n: 2 });
    await log.flush();
    expect(texts).toHaveLength(1);
    expect(linesOf(texts[0]!)).toMatchObject([
      { message: "first", n: 1, text: "two\nlines" },
      { message: "second", n: 2 },
    ]);
    for (const { time } of linesOf(texts[0]!)) expect(new Date(String(time)).toISOString()).toBe(String(time));
  });

  test("has the common fields in each line, also without other fields", async () => {
    const texts: string[] = [];
    const log = new Log(async (text) => texts.push(text), { common: { worker: 2 } });
    log.event("bare", {});
    log.event("full", { n: 1 });
    log.event("full", { n: 2 });
    await log.flush();
    const time = expect.any(String);
    expect(linesOf(texts.join(""))).toEqual([
      { time, level: "info", message: "bare", worker: 2 },
      { time, level: "info", message: "full", worker: 2, n: 1 },
      { time, level: "info", message: "full", worker: 2, n: 2 },
    ]);
  });

  test("continues after everything was written", async () => {
    const texts: string[] = [];
    const log = new Log(async (text) => texts.push(text));
    for (const message of ["first", "second"]) {
      log.event(message, {});
      await log.flush();
    }
    expect(texts.flatMap(linesOf)).toMatchObject([{ message: "first" }, { message: "second" }]);
  });

  test("continues after a failed write", async () => {
    const texts: string[] = [];
    let failures = 1;
    const log = new Log(async (text) => {
      if (failures-- > 0) throw new Error("broken pipe");
      texts.push(text);
    });
    for (const message of ["lost", "written"]) {
      log.event(message, {});
      await log.flush();
    }
    expect(texts.flatMap(linesOf)).toMatchObject([{ message: "written" }]);
  });
});

describe("newcomer 10 a log", () => {
  const line: LineFormat<{ path: string }> = {
    json: ({ path }) => ({ "url.path": path }),
    text: ({ path }, paint) => `${paint("bold", "GET")} ${path}`,
  };

  test("drops events below its minimum level", async () => {
    const texts: string[] = [];
    const log = new Log(async (text) => texts.push(text), { least: "warn" });
    for (const level of ["debug", "info", "warn", "error"] as const) log.event(level, {}, level);
    await log.flush();
    expect(texts.flatMap(linesOf)).toMatchObject([{ level: "warn" }, { level: "error" }]);
  });

  test("that is off writes nothing", async () => {
    const log = new Log(() => Promise.reject(new Error("written")), { least: "off" });
    log.event("failed", {}, "error");
    await log.flush();
  });

  test("in the text format has one short line for each event, for any values of its fields", async () => {
    const texts: string[] = [];
    const log = new Log(async (text) => texts.push(text), { format: "text", common: { worker: 2 } });
    log.event("worker ended", { pid: 7, why: "two\nlines x=1", gone: undefined }, "error");
    log.event("request", { path: "/v2/" }, "info", line);
    await log.flush();
    const [first, second] = texts.join("").trimEnd().split("\n");
    expect(first).toMatch(/^\d\d:\d\d:\d\d error worker ended pid=7 why="two\\nlines x=1" worker=2$/);
    expect(second).toMatch(/^\d\d:\d\d:\d\d info  GET \/v2\/ worker=2$/);
  });

  test("in text has colours if they are on, and its JSON lines never have any", async () => {
    const texts: string[] = [];
    for (const format of ["text", "json"] as const) {
      const log = new Log(async (text) => texts.push(text), { format, colour: true });
      log.event("request", { path: "/v2/" }, "error", line);
      await log.flush();
    }
    expect(texts[0]!.replaceAll("\x1b[", "<")).toMatch(/^<2m\d\d:\d\d:\d\d<0m <31merror<0m <1mGET<0m \/v2\/\n$/);
    expect(linesOf(texts[1]!)).toEqual([
      { time: expect.any(String), level: "error", message: "request", "url.path": "/v2/" },
    ]);
  });
});

describe("a reader that accepts nothing", () => {
  test("delays neither events nor the end", async () => {
    const reader = new SlowReader();
    const log = new Log(reader.write);
    for (let count = 0; count < 1_000; count += 1) log.event("event", { count });
    await reader.arrived;
    for (let count = 0; count < 1_000; count += 1) log.event("event", { count });
    expect(reader.texts).toHaveLength(1);
    await log.flush();
    expect(reader.texts).toHaveLength(1);
  });

  test("causes dropped lines, which are counted, and uses no more memory than the limit", async () => {
    const reader = new SlowReader();
    const log = new Log(reader.write);
    log.event("offered", {});
    await reader.arrived;
    const filler = "x".repeat(64 * 1024);
    const said = Math.ceil(baseLimits.logBufferCharacters / filler.length) * 2;
    for (let count = 0; count < said; count += 1) log.event("filler", { count, filler });
    reader.takeAll();
    await log.flush();

    const all = reader.texts.flatMap(linesOf);
    const kept = all.filter(({ message }) => message === "filler");
    expect(kept.map(({ count }) => count)).toEqual(kept.map((_, at) => at));
    expect(all.at(-1)).toEqual({ level: "warn", message: "log lines dropped", count: said - kept.length });
    expect(Buffer.byteLength(reader.texts[1]!)).toBeLessThanOrEqual(baseLimits.logBufferCharacters + 100);
    // The room was used: not all late lines were dropped.
    expect(kept.length).toBeGreaterThan(said / 4);
  });

  test("once it accepts the waiting lines, new lines fit, and drops are counted from 0", async () => {
    const reader = new SlowReader();
    const log = new Log(reader.write);
    log.event("offered", { filler: "x".repeat(baseLimits.logBufferCharacters - 1_000) });
    await reader.arrived;
    log.event("small enough", {});
    log.event("too large", { filler: "x".repeat(2_000) });
    reader.takeAll();
    await log.flush();
    log.event("afterwards", { filler: "x".repeat(2_000) });
    await log.flush();
    expect(reader.texts.slice(1).flatMap(linesOf)).toMatchObject([
      { message: "small enough" },
      { message: "log lines dropped", count: 1 },
      { message: "afterwards" },
    ]);
  });
});

/** Number of bytes that one read from the pipe returns. */
function readSome(pipe: number): number {
  try {
    return readSync(pipe, new Uint8Array(64 * 1024));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}

test("control characters are escaped, and parsed back unchanged", async () => {
  const texts: string[] = [];
  const log = new Log(async (text) => texts.push(text));
  const odd = ["\x1b[31m \x7f \x9b31m \u2028 \u202e \ufeff é 漢 😀", "\x7f", "\x9b"];
  for (const text of odd) {
    log.event(text, { [text]: text });
    await log.flush();
  }
  for (const text of texts) expect(text).toMatch(/^[\x20-\x7e]+\n$/);
  expect(texts.flatMap(linesOf)).toMatchObject(odd.map((text) => ({ message: text, [text]: text })));
});

describe("writerTo", () => {
  test("writes all of each text, one after the other", async () => {
    const directory = mkdtempSync(join(tmpdir(), "lading-log-"));
    const path = join(directory, "log");
    const descriptor = openSync(path, "a");
    try {
      const write = writerTo(descriptor);
      const texts = ["first\n", "ü漢".repeat(200_000), "last\n"];
      for (const text of texts) await write(text);
      expect(readFileSync(path, "utf8")).toBe(texts.join(""));
    } finally {
      closeSync(descriptor);
      rmSync(directory, { recursive: true });
    }
  });

  test("waits if the descriptor is non-blocking and full", async () => {
    const directory = mkdtempSync(join(tmpdir(), "lading-log-"));
    const path = join(directory, "pipe");
    expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      // More than a pipe can buffer.
      const text = "x".repeat(1024 * 1024);
      let outcome: string | undefined;
      void writerTo(descriptor)(text).then(
        () => (outcome = "written"),
        (error: unknown) => (outcome = String(error)),
      );
      let arrived = 0;
      await until(() => {
        arrived += readSome(reader);
        return outcome !== undefined;
      });
      expect([outcome, arrived + readSome(reader)]).toEqual(["written", text.length]);
    } finally {
      closeSync(reader);
      closeSync(descriptor);
      rmSync(directory, { recursive: true });
    }
  });

  test("rejects if nothing can be written, so that the log drops the lines and continues", async () => {
    const descriptor = openSync("/dev/full", "w");
    try {
      expect(await rejectionOf(writerTo(descriptor)("text"))).toMatchObject({ code: "ENOSPC" });
    } finally {
      closeSync(descriptor);
    }
  });
});
