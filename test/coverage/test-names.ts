/** Which test files name which clauses. */
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const project = join(import.meta.dir, "..", "..");

/** Tests, contract suites, and the programs behind the scripts, whose checks have names too. */
const places = [
  "src/**/*.{test,suite}.ts",
  "src/{metadata,storage}/suite/*.ts",
  "test/protocol/**/*.ts",
  "checks/{clients,crash,streaming}/**/*.ts",
];

/** The words of each test file in which an id could stand, by its path in the project. */
export type NamesByFile = ReadonlyMap<string, ReadonlySet<string>>;

/** The form of the ids, other than those of endpoints, codes and issues. */
const idForm = /^(?:[A-Z]{2,6}-(?:\d\d|L\d)|SPEC-[A-Z]+-\d\d|CVE-\d{4}-\d+)$/;

export function readTestNames(): NamesByFile {
  const paths = places.flatMap((place) => Array.from(new Glob(place).scanSync(project)));
  return new Map(paths.toSorted().map((path) => [path, wordsOf(readFileSync(join(project, path), "utf8"))]));
}

/** Names of tests are often put together from the keys of a table, so every line counts that is no comment. */
export function wordsOf(text: string): ReadonlySet<string> {
  const lines = text.split("\n").filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line));
  return new Set(lines.join("\n").split(/[^\w#-]+/));
}

export function filesNaming(id: string, names: NamesByFile): string[] {
  return [...names].filter(([, words]) => words.has(id)).map(([path]) => path);
}

/** What reads like the id of a clause, and a file where it stands. */
export function idsIn(names: NamesByFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [path, words] of names) {
    for (const word of words) if (idForm.test(word)) found.set(word, path);
  }
  return found;
}
