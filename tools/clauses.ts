/**
 * Compares the clauses of docs/coverage.md with the reports of a complete run of the tests. The arguments are the reports,
 * in JUnit format; a run in shards has several.
 *
 * The check fails if no test of a clause has passed. A skipped test is no coverage. The declined clauses need no test.
 */
import { promises as fs } from "node:fs";
import { sections } from "../test/coverage/clauses.ts";
import { coverageOf } from "../test/coverage/run-coverage.ts";
import { readTestNames } from "../test/coverage/test-names.ts";
import { readReport } from "../test/coverage/test-report.ts";

const reports = process.argv.slice(2);
if (reports.length === 0) {
  process.stderr.write("clauses: pass the reports of the test runner as arguments\n");
  process.exit(2);
}

const texts = await Promise.all(reports.map(textOf));
const clauses = sections.flatMap((section) => section.clauses);
const { covered, faults, programs, skipped } = coverageOf(clauses, texts.flatMap(readReport), readTestNames());

const lines = [
  `${covered} of ${clauses.filter(({ declined }) => declined === undefined).length} clauses have a test that passed`,
  ...faults.map((fault) => `  ${fault}`),
  ...programs.map((id) => `  ${id}: only a program in scripts covers it`),
  ...skipped.map((test) => `  skipped, so no coverage: ${test}`),
];
process.stdout.write(`${lines.join("\n")}\n`);
process.exit(faults.length === 0 ? 0 : 1);

/** Returns the text of a report. A runner that ends too early writes none. */
async function textOf(path: string): Promise<string> {
  return fs.readFile(path, "utf8").catch((error: Error) => {
    process.stderr.write(`clauses: the tests have left no report: ${error.message}\n`);
    process.exit(1);
  });
}
