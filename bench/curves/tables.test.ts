import { expect, test } from "bun:test";
import type { CurveData } from "./data.ts";
import { tablesOf, withTable } from "./tables.ts";

const data: CurveData = {
  curve: "manifests",
  machine: "2 × processor",
  runtime: "Bun 1",
  points: [
    { series: "start", at: 100, p50Ms: 120, p99Ms: 130 },
    { series: "GET", at: 100, perSecond: 12_300, p50Ms: 1.25, p99Ms: 4 },
    { series: "push", at: 1_000, perSecond: 45.6, p50Ms: 20, p99Ms: 30, failed: 3 },
  ],
};

test("a table has a row for each size and a column for each series", () => {
  expect(tablesOf(data)).toEqual({
    manifests: [
      "| manifests | GET | push |",
      "| --: | --: | --: |",
      "| 100 | 12,300/s, 1.25 / 4 ms |  |",
      "| 1 k |  | 45.6/s, 20 / 30 ms, 3 failed |",
    ].join("\n"),
    start: ["| manifests | start |", "| --: | --: |", "| 100 | 120 ms |"].join("\n"),
  });
});

test("the table of blobs has sizes and megabytes", () => {
  const points = [{ series: "GET", at: 4 ** 10, megabytesPerSecond: 1_234, p50Ms: 1, p99Ms: 2 }];
  expect(tablesOf({ ...data, curve: "blob-size", points })["blob-size"]).toEndWith("| 1 MiB | 1,230 MB/s, 1 / 2 ms |");
});

test("a table replaces the marked part of the document, and nothing else", () => {
  const document = "a\n<!-- table tags -->\nold\n<!-- end -->\nb\n<!-- table start -->\n<!-- end -->\n";
  expect(withTable(document, "tags", "| $& |")).toBe(
    "a\n<!-- table tags -->\n\n| $& |\n\n<!-- end -->\nb\n<!-- table start -->\n<!-- end -->\n",
  );
  expect(withTable(document, "other", "| 1 |")).toBe(document);
});
