/** Runs the command with small programs in place of the suites. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patienceMs } from "../../test/support/patience.ts";

setDefaultTimeout(patienceMs);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lading-conformance-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly text: string;
  readonly lastLine: string | undefined;
}

async function conformance(...parameters: readonly string[]): Promise<Ended> {
  const command = [process.execPath, join(import.meta.dir, "run.ts"), "--reports", join(folder, "reports")];
  const child = Bun.spawn([...command, ...parameters], {
    env: { PATH: process.env["PATH"] ?? "" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  return { code, text, lastLine: text.trimEnd().split("\n").at(-1) };
}

async function program(script: string): Promise<string> {
  const path = join(folder, "program");
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const junit = `<testsuite tests="3"><testcase name="a" status="passed"></testcase></testsuite>`;
const writesJunit = `echo '${junit}' > "$OCI_REPORT_DIR/junit.xml"`;

test("without a suite, the command explains how to build one, and does not fail", async () => {
  const { code, text, lastLine } = await conformance();
  expect([code, lastLine]).toEqual([0, "0 passed, 0 failed, 1 skipped"]);
  expect(text).toContain("no conformance suite is named");
  expect(text).toContain("go build");
});

test("a suite runs against a registry for each setting, and its counts are summed", async () => {
  const path = await program(`${writesJunit}; echo "$OCI_ROOT_URL"`);
  const { code, lastLine } = await conformance("--v1.1", path);
  expect([code, lastLine]).toEqual([0, "6 passed, 0 failed, 1 skipped"]);
  const output = await Bun.file(join(folder, "reports", "v1.1-1", "output.txt")).text();
  expect(output).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
});

test("a suite with a bad exit code has failed, even if its results are good", async () => {
  const { code, lastLine } = await conformance("--v1.1", await program(`${writesJunit}; exit 1`));
  expect([code, lastLine]).toEqual([1, "6 passed, 2 failed, 1 skipped"]);
});

test("a suite without results has failed, even if results of an earlier run exist", async () => {
  await conformance("--v1.1", await program(writesJunit));
  const { code, text, lastLine } = await conformance("--v1.1", await program("exit 0"));
  expect([code, lastLine]).toEqual([1, "0 passed, 2 failed, 1 skipped"]);
  expect(text).toContain("the suite wrote no junit.xml");
});

test("a suite that does not exist has failed", async () => {
  const path = join(folder, "nothing");
  const { code, text, lastLine } = await conformance("--rewrite", path);
  expect([code, lastLine]).toEqual([1, "0 passed, 2 failed, 1 skipped"]);
  expect(text).toMatch(new RegExp(`FAIL .*${path}`));
});
