import { expect, test } from "bun:test";
import { datesOf, joined, jsonOf, resultsIn, withReport, type Report } from "./report.ts";
import type { Result } from "./result.ts";

function result(name: string, commit: string, value = 1): Result {
  const series = [{ name: "lading", role: "lading" as const, values: [value] }];
  return {
    name,
    title: name,
    unit: "per s",
    bars: [{ kind: "at least", value: 1 }],
    series,
    turns: "t",
    commit,
    date: "2026-01-01",
  };
}

function reportOf(...results: readonly Result[]): Report {
  return { about: { lines: ["One core", "Bun 1.2"] }, missing: ["Missing: zot."], results };
}

test("a later report takes the place of the one before, and of nothing else", () => {
  const document = [
    "# Speed",
    "<!-- bench: begin; 'scripts/bench --report' writes what follows -->",
    "<!-- bench: end -->",
    "more",
    "",
  ].join("\n");
  const once = withReport(document, reportOf(result("get", "old", 5)));
  expect(once).toContain("2026-01-01, commit old, t. One core. Bun 1.2.\n\nMissing: zot.\n");
  expect(once).toContain("| get | per s | 5 | – | – | >= 1 | yes |");
  const twice = withReport(once, reportOf(result("get", "new", 7)));
  expect(twice).not.toContain("old");
  expect(twice).toStartWith("# Speed\n");
  expect(twice).toEndWith("<!-- bench: end -->\nmore\n");
  expect(withReport(twice, reportOf(result("get", "new", 7)))).toBe(twice);
});

test("a document without the markers is left alone", () => {
  expect(() => withReport("# Speed\n", reportOf())).toThrow("no place");
});

test("what is written as JSON is read again, with what each bar says", () => {
  const text = jsonOf(reportOf(result("get", "c")));
  expect(JSON.parse(text)).toMatchObject({ results: [{ verdicts: [{ of: "lading", bar: ">= 1", met: true }] }] });
  expect(resultsIn(text)).toMatchObject([result("get", "c")]);
});

test("this run's figures come before earlier ones, in the order of the names", () => {
  const all = joined(["a", "b", "c"], [result("b", "new")], [result("b", "old"), result("a", "old")]);
  expect(all.map(({ name, commit }) => `${name} ${commit}`)).toEqual(["a old", "b new"]);
  expect(datesOf(all)).toBe("2026-01-01, commit old, t; 2026-01-01, commit new, t");
});
