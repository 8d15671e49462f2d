import { afterEach, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../test/support/rejection.ts";
import { LineFull } from "../base/async/fair-line.ts";
import { baseLimits } from "../base/limits.ts";
import { httpLimits } from "./limits.ts";
import { ReplyFiles } from "./reply-files.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function filesOf(fileBytes: number, fallbackBytes: number) {
  const folder = mkdtempSync(join(tmpdir(), "lading-replies-"));
  folders.push(folder);
  const directory = join(folder, "1");
  const clock = { now: 0 };
  const files = new ReplyFiles({ directory, fileBytes, fallbackBytes, now: () => clock.now });
  return { clock, files, directory, names: () => readdirSync(directory) };
}

const refusalOf = async (files: ReplyFiles, letter: string) =>
  rejectionOf((async () => files.share(content(letter)))());

const content = (letter: string, size = 1_000) => Buffer.alloc(size, letter);

test("equal content shares one file", async () => {
  const { files, names } = filesOf(10_000, 0);
  const shared = [content("a"), content("a"), content("b")].map(async (bytes) => files.share(bytes));
  await Promise.all(shared);
  expect(names()).toHaveLength(2);
  expect(await (await shared[1]!).text()).toBe("a".repeat(1_000));
  expect(await (await shared[2]!).text()).toBe("b".repeat(1_000));
});

test("L35: the memory of a list is released when all concurrent replies have shared it", async () => {
  const size = baseLimits.releasedBufferBytes;
  for (const fileBytes of [2 * size, 0]) {
    const { files } = filesOf(fileBytes, 2 * size);
    const list = new Uint8Array(content("a", size));
    const shared = await Promise.all([files.shareLast(list), files.shareLast(list)]);
    expect(list.length).toBe(size);
    await new Promise(setImmediate);
    expect(list.length).toBe(0);
    for (const blob of shared) expect(await blob.text()).toBe("a".repeat(size));
  }
});

test("H5: a file that another process has changed or replaced is written again", async () => {
  const { files, names, directory } = filesOf(10_000, 0);
  await files.share(content("a"));
  const path = join(directory, names()[0]!);
  const flip = () => {
    const file = openSync(path, "r+");
    writeSync(file, "X", 500);
    closeSync(file);
  };
  const replace = () => {
    rmSync(path);
    writeFileSync(path, content("b"));
  };
  for (const damage of [flip, replace]) {
    damage();
    expect(await (await files.share(content("a"))).text()).toBe("a".repeat(1_000));
  }
});

test("the least recently used file is removed, but not one that was just used", async () => {
  const { clock, files, names } = filesOf(2_000, 0);
  await files.share(content("a"));
  clock.now = 1;
  await files.share(content("b"));
  expect(await refusalOf(files, "c")).toBeInstanceOf(LineFull);
  clock.now = 2;
  await files.share(content("a"));
  clock.now = 1 + httpLimits.replyFileLeastMs;
  await files.share(content("c"));
  expect(names()).toHaveLength(2);
  expect(await refusalOf(files, "b")).toBeInstanceOf(LineFull);
});

test("H2 removed files that readers may still have open are limited too, until their readers are done", async () => {
  const { clock, files } = filesOf(1_000, 0);
  let shared = 0;
  const share = async () => {
    clock.now += httpLimits.replyFileLeastMs;
    await files.share(content("a", 1_000 - (shared += 1)));
  };
  for (let count = 0; count <= httpLimits.replyFilesRemoved; count += 1) await share();
  expect(await rejectionOf(share())).toBeInstanceOf(LineFull);
  clock.now += httpLimits.idleSeconds * 1000;
  await share();
});

test("if no file can be written, content is kept in memory up to a limit, until its readers time out", async () => {
  const { clock, files, directory } = filesOf(10_000, 2_000);
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "in the way");
  expect(await (await files.share(content("a"))).text()).toBe("a".repeat(1_000));
  for (let count = 0; count < 10; count += 1) await files.share(content("a"));
  await files.share(content("b"));
  expect(await refusalOf(files, "c")).toBeInstanceOf(LineFull);
  clock.now = httpLimits.idleSeconds * 1000;
  expect(await (await files.share(content("c"))).text()).toBe("c".repeat(1_000));
});

test("a file that was not requested for a while is removed", async () => {
  const { clock, files, names } = filesOf(10_000, 0);
  await files.share(content("a"));
  clock.now = httpLimits.replyFileIdleMs - 1;
  files.sweep();
  expect(names()).toHaveLength(1);
  clock.now += 1;
  files.sweep();
  expect(names()).toEqual([]);
  rmSync(join(folders[0]!, "1"), { recursive: true });
});
