import { expect, test } from "bun:test";
import { curveData, merge, seriesOf } from "./data.ts";
import { rounded, type Point } from "./point.ts";

function point(series: string, at: number, p50Ms = 1): Point {
  return { series, at, p50Ms, p99Ms: 2 };
}

test("a new point replaces the known point of its series and size, and no other", () => {
  const known = [point("GET", 100, 1), point("push", 100, 2), point("GET", 1_000, 3)];
  const merged = merge(known, [point("GET", 100, 4), point("GET", 10_000, 5)]);
  expect(merged.map(({ series, at, p50Ms }) => [series, at, p50Ms])).toEqual([
    ["push", 100, 2],
    ["GET", 100, 4],
    ["GET", 1_000, 3],
    ["GET", 10_000, 5],
  ]);
});

test("the points of a series are sorted along the axis", () => {
  const series = seriesOf(merge([point("GET", 1_000)], [point("GET", 100), point("push", 100)]));
  expect([...series].map(([name, points]) => [name, points.map(({ at }) => at)])).toEqual([
    ["GET", [100, 1_000]],
    ["push", [100]],
  ]);
});

test("the data contains the machine and the runtime", () => {
  const data = curveData("tags", [point("GET", 100)]);
  expect(data).toMatchObject({ curve: "tags", runtime: `Bun ${Bun.version}`, points: [point("GET", 100)] });
  expect(data.machine).toMatch(/^\d+ × \S/);
});

test("figures are rounded to three digits", () => {
  expect([1.23456, 98_765, 0].map(rounded)).toEqual([1.23, 98_800, 0]);
});
