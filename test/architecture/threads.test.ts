/** The files that run as threads. No file imports them, so the compiler of the executable does not find them. */
import { expect, test } from "bun:test";
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { entrypoints } from "../../tools/build/compile.ts";
import { source } from "../../tools/build/thread-files.ts";

/** The texts of the source, by path. Tests are not part of the executable. */
const texts = new Map(
  [...new Glob("**/*.ts").scanSync(source)]
    .filter((file) => !/\.test\.|\.suite\.ts$/.test(file))
    .map((file) => [file, readFileSync(join(source, file), "utf8")]),
);

const started = new Set([...texts.values()].flatMap((text) => text.match(/(?<=")[\w/-]+\.worker\.ts(?=")/g) ?? []));

test("the executable contains each thread that the source starts, and no other", () => {
  const built = entrypoints().map((path) => path.slice(source.length + 1));
  expect(built[0]).toBe("cli/main.ts");
  expect(built.slice(1)).toEqual([...started].toSorted());
  for (const file of built) expect([file, texts.has(file)]).toEqual([file, true]);
});

test("only base/thread.ts starts threads, because only it knows where the executable has their files", () => {
  const places = [...texts].filter(([, text]) => /\bnew Worker\(/.test(text)).map(([file]) => file);
  // The second has a class with this name, for a process.
  expect(places.toSorted()).toEqual(["base/thread.ts", "server/cluster/worker.ts"]);
});

test("no file reads another file by its place in the source, which the executable does not have", () => {
  const places = [...texts].filter(([, text]) => /import\.meta\.(?!main)/.test(text)).map(([file]) => file);
  expect(places.toSorted()).toEqual(["base/thread.ts", "cli/build-info.ts"]);
});
