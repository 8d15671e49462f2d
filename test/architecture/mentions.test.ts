import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Bun.file(new URL(path, root)).text();
const filesOf = (folder: string) => readdirSync(new URL(folder, root)).toSorted();

/** The distinct matches of a pattern, sorted. */
function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))].toSorted();
}

test("the table in CONTRIBUTING.md has each script, and no other", async () => {
  expect(found(await read("CONTRIBUTING.md"), /^\| `scripts\/([\w-]+)` \|/gm)).toEqual(filesOf("scripts"));
});

test("each runnable bench is named next to its figures in docs/decisions", async () => {
  const decisions = await Promise.all(filesOf("docs/decisions").map((name) => read(`docs/decisions/${name}`)));
  const files = filesOf("bench").filter((name) => name.endsWith(".ts"));
  const benches = await Promise.all(files.map((name) => read(`bench/${name}`)));
  const command = /bun (bench\/[\w-]+\.ts)/g;
  expect(found(decisions.join("\n"), command)).toEqual(found(benches.join("\n"), command));
});

test("every script and bench in the documents exists", async () => {
  const documents = filesOf("docs").filter((name) => name.endsWith(".md"));
  const paths = [...documents.map((name) => `docs/${name}`), "README.md", "CONTRIBUTING.md", ".ci/run"];
  const text = (await Promise.all(paths.map(read))).join("\n");
  const there = new Set(["scripts", "bench"].flatMap((folder) => filesOf(folder).map((name) => `${folder}/${name}`)));
  const named = found(text, /\b((?:scripts|bench)\/[\w-]+(?:\.ts)?)/g);
  expect(named.filter((path) => !there.has(path))).toEqual([]);
});
