import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaseResult } from "./case-runner.ts";
import { countsByClient, tablesOf, writeReport } from "./report.ts";

const folder = mkdtempSync(join(tmpdir(), "lading-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CLIENTS = [
  { name: "docker", state: "28.2.2" },
  { name: "oras", state: "oras not installed" },
];

function result(name: string, outcome: CaseResult["outcome"], reason = ""): CaseResult {
  return { name, outcome, reason };
}

const RESULTS = [
  result("docker is ready", "passed"),
  result("docker pulls what oras pushed", "passed"),
  result("docker pulls what podman|skopeo pushed", "failed"),
  result("docker mounts", "passed"),
  result("docker mounts", "passed"),
  result("oras is ready", "skipped", "oras not installed"),
  result("oras attaches", "skipped", "oras not available"),
];

test("each client has its version and counts, and each operation its result", () => {
  expect(tablesOf(CLIENTS, RESULTS).split("\n")).toEqual([
    "| client | version | passed | failed |",
    "| --- | --- | --- | --- |",
    "| docker | 28.2.2 | 4 | 1 |",
    "| oras | oras not installed | 0 | 0 |",
    "| every client |  | 0 | 0 |",
    "",
    "| client | operation | works |",
    "| --- | --- | --- |",
    "| docker | pulls what another client pushed | yes |",
    "| docker | pulls what podman\\|skopeo pushed | **no**, 1 of 1 failed |",
    "| docker | mounts | yes, 2 of 2 |",
    "| oras | is ready | not run: oras not installed |",
    "| oras | attaches | not run: oras not available |",
    "",
  ]);
  expect(countsByClient(CLIENTS, RESULTS)).toBe("docker 4, oras 0, every client 0");
});

test("a report replaces the tables and keeps the text around them", async () => {
  const path = join(folder, "report.md");
  await writeReport(path, CLIENTS, RESULTS);
  const fresh = await Bun.file(path).text();
  await Bun.write(path, `before\n${fresh}after\n`);
  await writeReport(path, CLIENTS, RESULTS.slice(0, 2));
  const text = await Bun.file(path).text();
  expect(text).toStartWith("before\n<!--");
  expect(text).toEndWith("-->\nafter\n");
  expect(text).toContain("| docker | 28.2.2 | 2 | 0 |");
  expect(text).not.toContain("mounts");
});

test("a file without marks stays unchanged", async () => {
  const path = join(folder, "unmarked.md");
  await Bun.write(path, "words\n");
  const complaint = await writeReport(path, CLIENTS, RESULTS).then(
    () => "none",
    (error: unknown) => String(error),
  );
  expect(complaint).toContain("has no marks");
  expect(await Bun.file(path).text()).toBe("words\n");
});
