import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { about, declined } from "./clause.ts";
import { coverageOf } from "./run-coverage.ts";
import { readReport } from "./test-report.ts";

/** The report that the runner writes about a test file with this text. */
async function reportOf(text: string, ...options: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "lading-report-"));
  try {
    writeFileSync(join(folder, "one.test.ts"), `import { describe, expect, test } from "bun:test";\n${text}`);
    const report = ["--reporter=junit", "--reporter-outfile=report.xml"];
    const child = Bun.spawn([process.execPath, "test", ...report, ...options], {
      cwd: folder,
      stdout: "ignore",
      stderr: "ignore",
    });
    await child.exited;
    return readFileSync(join(folder, "report.xml"), "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const text = `
describe("AA-01 a group", () => {
  test("passes", () => expect(1).toBe(1));
  test('BB-01 passes: "<&>" \\u00e9', () => expect(1).toBe(1));
});
test("CC-01 fails", () => expect("<a>").toBe("b"));
test.skip("DD-01 is skipped", () => undefined);
test.todo("EE-01 is not written yet");
test.each(["FF-01", "GG-01"])("%s has its name from a table", () => undefined);`;

test("a report has each test with its groups, its file and its outcome", async () => {
  for (const options of [[], ["--parallel=2"]]) {
    const tests = readReport(await reportOf(text, ...options));
    expect(tests.map(({ name, outcome }) => `${outcome}: ${name}`)).toEqual([
      "passed: AA-01 a group passes",
      'passed: AA-01 a group BB-01 passes: "<&>" é',
      "failed: CC-01 fails",
      "skipped: DD-01 is skipped",
      "skipped: EE-01 is not written yet",
      "passed: FF-01 has its name from a table",
      "passed: GG-01 has its name from a table",
    ]);
    expect(new Set(tests.map(({ file }) => file))).toEqual(new Set(["one.test.ts"]));
  }
});

const clauses = (...ids: readonly string[]) =>
  about("a test", [], Object.fromEntries(ids.map((id) => [`${id} must`, ""])) as Record<`${string} must`, string>);

/** The words of the file above, and of a suite and a program. */
const names = new Map([
  ["one.test.ts", new Set(["AA-01", "BB-01", "CC-01", "DD-01", "EE-01", "FF-01", "GG-01"])],
  ["some.suite.ts", new Set(["AA-01", "HH-01"])],
  ["checks/clients/one.ts", new Set(["AA-01", "II-01"])],
]);

test("only a test that has passed covers a clause, and the others are listed with the reason", async () => {
  const tests = readReport(await reportOf(text));
  const refused = declined("because", "a test", [], { "ZZ-01 may": "" });
  const wanted = clauses("AA-01", "BB-01", "CC-01", "DD-01", "EE-01", "FF-01", "GG-01", "HH-01", "II-01", "JJ-01");
  expect(coverageOf([...wanted, ...refused], tests, names)).toEqual({
    covered: 4,
    faults: [
      "CC-01: none of its tests has passed",
      "DD-01: all its tests were skipped",
      "EE-01: all its tests were skipped",
      "HH-01: no test with this id in its name has run",
      "JJ-01: no test with this id in its name has run",
    ],
    programs: ["II-01"],
    skipped: ["one.test.ts: DD-01 is skipped", "one.test.ts: EE-01 is not written yet"],
  });
});

test("a clause is covered if one of its tests has passed, in any report of the run", () => {
  const passed = { file: "one.test.ts", name: "AA-01", outcome: "passed" } as const;
  const skipped = { ...passed, outcome: "skipped" } as const;
  expect(coverageOf(clauses("AA-01"), [skipped, passed], names)).toMatchObject({ covered: 1, faults: [] });
});

test("a file that has the id in its text, but in no name of a test, is an error in the list of tests", () => {
  const passed = { file: "other.test.ts", name: "AA-01", outcome: "passed" } as const;
  expect(coverageOf(clauses("AA-01"), [passed], names).faults).toEqual([
    "AA-01: no test of one.test.ts has this id in its name, but docs/coverage.md lists the file",
  ]);
});
