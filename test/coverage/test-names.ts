/** Finds the clauses that each test file names. */
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const project = join(import.meta.dir, "..", "..");

/** The files with named tests: tests, contract suites, and the programs behind the scripts. */
const places = [
  "src/**/*.{test,suite}.ts",
  "src/{metadata,storage}/suite/*.ts",
  "test/protocol/**/*.ts",
  "checks/{clients,crash,streaming}/**/*.ts",
];

/** The words of each test file that can contain an id, by the path of the file in the project. */
export type NamesByFile = ReadonlyMap<string, ReadonlySet<string>>;

/** The format of the ids, except for endpoints, codes and issues. */
const idForm = /^(?:[A-Z]{2,6}-(?:\d\d|L\d)|SPEC-[A-Z]+-\d\d|CVE-\d{4}-\d+)$/;

/** Reads the words of all test files. */
export function readTestNames(): NamesByFile {
  const paths = places.flatMap((place) => Array.from(new Glob(place).scanSync(project)));
  return new Map(paths.toSorted().map((path) => [path, wordsOf(readFileSync(join(project, path), "utf8"))]));
}

/**
 * Returns the words of a file without its comments. All lines count, because tests often build their names from the
 * keys of a table.
 */
export function wordsOf(text: string): ReadonlySet<string> {
  const lines = text.split("\n").filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line));
  return new Set(wordsIn(lines.join("\n")));
}

/** Returns the words of a text that can be ids. */
export function wordsIn(text: string): string[] {
  return text.split(/[^\w#-]+/);
}

/** Returns the paths of the files that name an id. */
export function filesNaming(id: string, names: NamesByFile): string[] {
  return [...names].filter(([, words]) => words.has(id)).map(([path]) => path);
}

/** Returns the words with the format of an id, each with a file that contains it. */
export function idsIn(names: NamesByFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [path, words] of names) {
    for (const word of words) if (idForm.test(word)) found.set(word, path);
  }
  return found;
}
