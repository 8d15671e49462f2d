import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const folder = join("test", "protocol");
/** The module that starts the registries of tests. */
const starter = join("test", "support", "registry.ts");

const transpiler = new Bun.Transpiler({ loader: "ts" });

/** The test files that can run with several workers, and those that start their registries in another way. */
export async function testFiles(): Promise<{ readonly chosen: string[]; readonly others: string[] }> {
  const all = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const files = all.toSorted().map((name) => join(folder, name));
  const starts = new Map<string, boolean>();
  for (const file of files) starts.set(file, await reaches(file));
  return {
    chosen: files.filter((file) => starts.get(file)),
    others: files.filter((file) => !starts.get(file)),
  };
}

/** Whether the file imports the starter, directly or through other files of the tests. Types do not count. */
async function reaches(file: string, seen = new Set<string>()): Promise<boolean> {
  if (file === starter) return true;
  if (seen.has(file) || !file.startsWith("test/") || !existsSync(file)) return false;
  seen.add(file);
  for (const { path } of transpiler.scanImports(await Bun.file(file).text())) {
    if (path.startsWith(".") && (await reaches(normalize(join(dirname(file), path)), seen))) return true;
  }
  return false;
}
