import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../test/support/rejection.ts";
import { release } from "./release.ts";
import { countsOf, judge, type Outcome, type Results, type Status } from "./results.ts";
import { parseApiList, rewrite } from "./rewrite.ts";

const outcome = (name: string, status: Status): Outcome => ({ name, status });

function resultsOf(tests: readonly Outcome[], api: readonly Outcome[] = [outcome("Reading", "passed")]): Results {
  return { api, tests, all: countsOf(tests) };
}

describe("the verdict", () => {
  const good = outcome("suite/good", "passed");

  test("counts passed tests", () => {
    const { passed, failed, skipped } = judge(resultsOf([good, good]), {}, 0);
    expect([passed, failed, skipped]).toEqual([2, 0, 0]);
  });

  test("counts a skip as a failure, unless it has a known reason", () => {
    for (const status of ["skipped", "disabled"] as const) {
      const results = resultsOf([good, outcome("suite/mount", status)]);
      const unknown = judge(results, { "/cancel": "came later" }, 0);
      expect([unknown.failed, unknown.skipped, unknown.wrong.length]).toEqual([1, 0, 1]);
      const known = judge(results, { "/mount": "came later" }, 0);
      expect([known.failed, known.skipped, known.explained[0]?.why]).toEqual([0, 1, "came later"]);
    }
  });

  test("counts a failure or an error even if it has a known reason", () => {
    for (const status of ["failed", "error"] as const) {
      const { failed, skipped } = judge(resultsOf([good, outcome("suite/mount", status)]), { "/mount": "known" }, 0);
      expect([failed, skipped]).toEqual([1, 0]);
    }
  });

  test("counts a failure that the file counts but does not name", () => {
    const results = { ...resultsOf([good]), all: { ...countsOf([good]), failed: 2, error: 1 } };
    expect(judge(results, {}, 0).failed).toBe(3);
  });

  test("counts a skipped API and a bad exit code as failures, even if every test passed", () => {
    expect(judge(resultsOf([good], [outcome("Writing", "skipped")]), {}, 0).failed).toBe(1);
    expect(judge(resultsOf([good]), {}, 1).failed).toBe(1);
  });
});

describe("the rewrite's list of APIs", () => {
  test("maps each of its words to a status, and any other word to an error", () => {
    const words = ["Pass", "FAIL", "Error", "Skip", "Disabled", "Unknown"];
    const text = `config:\n  tls: disabled\napis:\n${words.map((word) => `  Use ${word}: ${word}\n`).join("")}data:\n  x: Pass\n`;
    expect(parseApiList(text).map(({ status }) => status)).toEqual([
      "passed",
      "failed",
      "error",
      "skipped",
      "disabled",
      "error",
    ]);
  });

  test("is refused if it is missing or empty", () => {
    for (const text of ["", "config: {}\n", "apis: {}\n", "apis:\n"]) {
      expect(() => parseApiList(text)).toThrow("lists no API");
    }
  });
});

async function withFiles<T>(files: Readonly<Record<string, string>>, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "lading-conformance-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function junitOf(...names: readonly string[]): string {
  const cases = names.map((name) => `<testcase name="${name}" status="passed"></testcase>`).join("");
  return `<testsuite tests="${names.length}">${cases}</testsuite>`;
}

describe("the files of a suite", () => {
  test("the rewrite has two files", async () => {
    const files = { "results.yaml": "apis:\n  Ping: Pass\n", "junit.xml": junitOf("ping", "pull") };
    const { api, tests, all } = await withFiles(files, rewrite.read);
    expect([api.length, tests.length, all.passed]).toEqual([1, 2, 2]);
  });

  test("setup, teardown and reporter of v1.1.1 are not counted as uses of the API", async () => {
    const names = ["T Pull Setup put it", "T Pull Pull blobs get", "T Push Teardown remove", "html custom reporter"];
    const { api, tests } = await withFiles({ "junit.xml": junitOf(...names) }, release.read);
    expect([api.map(({ name }) => name), tests.length]).toEqual([["T Pull Pull blobs get"], 4]);
  });

  test("a missing or empty file is refused", async () => {
    const yaml = { "results.yaml": "apis:\n  Ping: Pass\n" };
    const refusals = [
      [rewrite, {}, "wrote no results.yaml"],
      [rewrite, { "results.yaml": "\n" }, "results.yaml is empty"],
      [rewrite, yaml, "wrote no junit.xml"],
      [release, { "junit.xml": "" }, "junit.xml is empty"],
    ] as const;
    for (const [suite, files, words] of refusals) {
      expect(String(await rejectionOf(withFiles(files, suite.read)))).toContain(words);
    }
  });
});
