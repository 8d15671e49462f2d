import { expect, test } from "bun:test";
import type { Result } from "./result.ts";
import { figure, markdownLines, plainLines, problemsOf, tableOf } from "./table.ts";

const results: readonly Result[] = [
  {
    name: "get",
    title: "GET",
    unit: "per s",
    bars: [
      { kind: "of limits", limits: ["constant"], least: 0.6 },
      { kind: "of peers", least: 2 },
    ],
    series: [
      { name: "lading", role: "lading", values: [40_000, 44_000] },
      { name: "slow", role: "peer", values: [10_000, 10_000] },
      { name: "lading x2", role: "variant", values: [60_000, 66_000] },
      { name: "constant", role: "limit", values: [100_000, 110_000] },
    ],
    turns: "t",
    commit: "c",
    date: "d",
  },
  {
    name: "start",
    title: "start",
    unit: "ms",
    bars: [{ kind: "at most", value: 500 }],
    series: [{ name: "lading", role: "lading", values: [], problem: "it ended" }],
    turns: "t",
    commit: "c",
    date: "d",
  },
];

test("the table has a row for each bar and variant; a missing figure is a dash, and its bar is not measured", () => {
  expect(tableOf(results)).toEqual([
    ["", "unit", "lading", "lading x2", "slow", "limits", "ratio", "bar", "met"],
    [
      "GET",
      "per s",
      "42,000 (10 %)",
      "63,000 (10 %)",
      "10,000 (0 %)",
      "constant 105,000 (10 %)",
      "0.40 of constant",
      ">= 0.6 of constant",
      "no",
    ],
    ["", "", "", "", "", "", "lading x2: 0.60 of constant", "lading x2: >= 0.6 of constant", "yes"],
    ["", "", "", "", "", "", "4.20 of slow", ">= 2 x best peer", "yes"],
    ["", "", "", "", "", "", "lading x2: 6.30 of slow", "lading x2: >= 2 x best peer", "yes"],
    ["", "", "", "", "", "", "lading x2: 1.50 of lading", "–", "–"],
    ["start", "ms", "–", "–", "–", "–", "–", "<= 500", "not measured"],
  ]);
  expect(problemsOf(results)).toEqual(["start: lading: it ended"]);
});

test("a result without a bar has one row", () => {
  const [, row] = tableOf([{ ...results[0]!, bars: [], series: results[0]!.series.slice(0, 1) }]);
  expect(row).toEqual(["GET", "per s", "42,000 (10 %)", "–", "–", "–", "–"]);
});

test("figures have three significant digits", () => {
  expect([0.98765, 12.345, 99.96, 123.4, 1_234_567].map(figure)).toEqual(["0.988", "12.3", "100", "123", "1,234,567"]);
});

test("the table has a form for a terminal and one for Markdown", () => {
  const rows = [
    ["", "unit"],
    ["a|b", "s"],
  ];
  expect(plainLines(rows)).toEqual(["     unit", "a|b  s"]);
  expect(markdownLines(rows)).toEqual(["|  | unit |", "| --- | --- |", "| a\\|b | s |"]);
});
