import { expect, test } from "bun:test";
import { Glob } from "bun";
import { dirname, join, normalize, resolve } from "node:path";
import { circles, mayImport, offence } from "./layers.ts";

const source = resolve(import.meta.dir, "../../src");

/**
 * Every relative import of a file, including type imports, because a type is a dependency too. The file of a thread
 * has its path in `src`.
 */
async function importsOf(file: string, root = source): Promise<string[]> {
  const text = await Bun.file(join(root, file)).text();
  const imported = [...text.matchAll(/(?:from|import\(?|new URL\()\s*"(\.[^"]+)"/g)];
  const threads = root === source ? [...text.matchAll(/"([\w/-]+\.worker\.ts)"/g)] : [];
  return [...imported.map((match) => normalize(join(dirname(file), match[1]!))), ...threads.map((match) => match[1]!)];
}

const files = [...new Glob("**/*.ts").scanSync(source)].filter(
  (file) => !/\.(test|suite)\.ts$/.test(file) && !/^(metadata|storage)\/suite\//.test(file),
);
const imports = new Map<string, readonly string[]>();
for (const file of files) imports.set(file, await importsOf(file));

test(`each part of the source imports only the parts that its rule allows: ${rules()}`, () => {
  const offences: string[] = [];
  for (const [file, imported] of imports) {
    for (const one of imported) {
      const found = one.startsWith("..") ? undefined : offence(file, one);
      if (found) offences.push(found);
    }
  }
  expect(offences).toEqual([]);
});

for (const folder of ["src", "bench", "checks", "test", "tools"]) {
  test(`no file in ${folder} imports itself through other files, including type imports`, async () => {
    const root = resolve(source, "..", folder);
    const all = new Map<string, readonly string[]>();
    for (const file of new Glob("**/*.ts").scanSync(root)) all.set(file, await importsOf(file, root));
    expect(all.size).toBeGreaterThan(0);
    expect(circles(all)).toEqual([]);
  });
}

test("a cycle of imports is found", () => {
  const graph = { a: ["b"], b: ["c", "d"], c: ["a"], d: ["e"], e: [] };
  expect(circles(new Map(Object.entries(graph)))).toEqual([["a", "b", "c"]]);
});

/** The rules as text for the name of the test, so that the runner prints them. */
function rules(): string {
  return Object.entries(mayImport)
    .map(([part, parts]) => `${part} <- ${parts.join(" ") || "nothing"}`)
    .join("; ");
}

test("a forbidden import is found, with both parts", () => {
  expect(offence("registry/content/blobs.ts", "http/server.ts")).toBe(
    "registry/content/blobs.ts (registry/content) imports http/server.ts (http)",
  );
  expect(offence("storage/memory/driver.ts", "storage/filesystem/files.ts")).toContain("storage/filesystem");
  expect(offence("registry/content/blobs.ts", "metadata/sqlite/store.ts")).toContain("metadata/sqlite");
  expect(offence("oci/digest.ts", "base/limits.ts")).toBeUndefined();
  expect(offence("newcomer/file.ts", "base/limits.ts")).toContain("no part of the source");
});
