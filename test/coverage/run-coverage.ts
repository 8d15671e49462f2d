import type { Clause } from "./clause.ts";
import { filesNaming, wordsIn, type NamesByFile } from "./test-names.ts";
import type { ReportedTest } from "./test-report.ts";

/** What the tests of one complete run show about the clauses. */
export interface RunCoverage {
  /** The number of clauses with a test that has passed. */
  readonly covered: number;
  /** The clauses without such a test, and wrong entries in docs/coverage.md, one sentence each. */
  readonly faults: readonly string[];
  /** The ids of the clauses that only programs in `scripts` cover. `npm test` does not run them. */
  readonly programs: readonly string[];
  /** The skipped tests with the id of a clause in their names. They are no coverage. */
  readonly skipped: readonly string[];
}

/** Compares the clauses with the reported tests. `names` has the words of the test files, from which docs/coverage.md is made. */
export function coverageOf(
  clauses: readonly Clause[],
  tests: readonly ReportedTest[],
  names: NamesByFile,
): RunCoverage {
  const byId = testsByWord(tests);
  const wanted = clauses.filter(({ declined }) => declined === undefined);
  const programs = wanted.filter(({ id }) => areOnlyPrograms(filesNaming(id, names))).map(({ id }) => id);
  const tested = wanted.filter(({ id }) => !programs.includes(id));
  const ids = new Set(clauses.map(({ id }) => id));
  return {
    covered: tested.filter(({ id }) => hasPassed(byId.get(id))).length,
    faults: tested.flatMap(({ id }) => faultsOf(id, byId.get(id) ?? [], filesNaming(id, names))),
    programs,
    skipped: tests
      .filter(({ name, outcome }) => outcome === "skipped" && wordsIn(name).some((word) => ids.has(word)))
      .map(({ file, name }) => `${file}: ${name}`),
  };
}

function testsByWord(tests: readonly ReportedTest[]): ReadonlyMap<string, readonly ReportedTest[]> {
  const byWord = new Map<string, ReportedTest[]>();
  for (const test of tests) {
    for (const word of new Set(wordsIn(test.name))) {
      const same = byWord.get(word);
      if (same) same.push(test);
      else byWord.set(word, [test]);
    }
  }
  return byWord;
}

function areOnlyPrograms(files: readonly string[]): boolean {
  return files.length > 0 && files.every((path) => path.startsWith("checks/"));
}

function hasPassed(tests: readonly ReportedTest[] = []): boolean {
  return tests.some(({ outcome }) => outcome === "passed");
}

function faultsOf(id: string, tests: readonly ReportedTest[], files: readonly string[]): string[] {
  // The tests of a contract suite belong to the files that run it.
  const own = files.filter((path) => path.endsWith(".test.ts"));
  const empty = own.filter((path) => !tests.some(({ file }) => file === path));
  return [
    ...(hasPassed(tests) ? [] : [`${id}: ${reasonOf(tests)}`]),
    ...empty.map((path) => `${id}: no test of ${path} has this id in its name, but docs/coverage.md lists the file`),
  ];
}

function reasonOf(tests: readonly ReportedTest[]): string {
  if (tests.length === 0) return "no test with this id in its name has run";
  const skips = tests.every(({ outcome }) => outcome === "skipped");
  return skips ? "all its tests were skipped" : "none of its tests has passed";
}
