import { expect, test } from "bun:test";
import { Glob } from "bun";
import { dirname, join, normalize, resolve } from "node:path";
import { offence } from "./layers.ts";

const source = resolve(import.meta.dir, "../../src");

/** Every relative import of a file, types too: a type is knowledge as well. */
async function importsOf(file: string): Promise<string[]> {
  const text = await Bun.file(join(source, file)).text();
  return [...text.matchAll(/(?:from|import\(?|new URL\()\s*"(\.[^"]+)"/g)].map((match) =>
    normalize(join(dirname(file), match[1]!)),
  );
}

test("parts of the house know only what they may", async () => {
  const offences: string[] = [];
  for await (const file of new Glob("**/*.ts").scan(source)) {
    if (/\.(test|suite)\.ts$/.test(file) || file.startsWith("metadata/suite/")) continue;
    for (const imported of await importsOf(file)) {
      if (imported.startsWith("..")) continue;
      const found = offence(file, imported);
      if (found) offences.push(found);
    }
  }
  expect(offences).toEqual([]);
});

test("the rule catches what it forbids, and names it", () => {
  expect(offence("registry/blobs.ts", "http/server.ts")).toBe(
    "registry/blobs.ts (registry) imports http/server.ts (http)",
  );
  expect(offence("storage/memory/driver.ts", "storage/filesystem/files.ts")).toContain("storage/filesystem");
  expect(offence("registry/blobs.ts", "metadata/sqlite/store.ts")).toContain("metadata/sqlite");
  expect(offence("oci/digest.ts", "base/limits.ts")).toBeUndefined();
  expect(offence("newcomer/file.ts", "base/limits.ts")).toContain("no part of the house");
});
