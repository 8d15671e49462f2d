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

test("a report replaces the previous one, and nothing else", () => {
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

test("a document without the markers is refused", () => {
  expect(() => withReport("# Speed\n", reportOf())).toThrow("no place");
});

test("the JSON of a run can be read again, and has the verdict of each bar", () => {
  const text = jsonOf(reportOf(result("get", "c")));
  expect(JSON.parse(text)).toMatchObject({ results: [{ verdicts: [{ of: "lading", bar: ">= 1", met: true }] }] });
  expect(resultsIn(text)).toMatchObject([result("get", "c")]);
});

test("the figures of this run override earlier ones, in the order of the names", () => {
  const all = joined(["a", "b", "c"], [result("b", "new")], [result("b", "old"), result("a", "old")]);
  expect(all.map(({ name, commit }) => `${name} ${commit}`)).toEqual(["a old", "b new"]);
  expect(datesOf(all)).toBe("2026-01-01, commit old, t; 2026-01-01, commit new, t");
});
