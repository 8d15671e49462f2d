import { expect, test } from "bun:test";
import type { Bar, Result, Series } from "./result.ts";
import { verdictsOf } from "./verdict.ts";

const lading: Series = { name: "lading", role: "lading", values: [60, 66] };

function verdict(bar: Bar, ...others: readonly Series[]) {
  const about = { name: "a", title: "A", unit: "per s", turns: "t", commit: "c", date: "d" };
  const result: Result = { ...about, bars: [bar], series: [lading, ...others] };
  return verdictsOf(result)[0]!;
}

test("a bar of one limit compares with that limit", () => {
  const limit: Series = { name: "constant", role: "limit", values: [100, 110] };
  const bar = (least: number): Bar => ({ kind: "of limits", limits: ["constant"], least });
  expect(verdict(bar(0.6), limit)).toEqual({
    of: "lading",
    bar: ">= 0.6 of constant",
    ratio: 0.6,
    against: "constant",
    met: true,
  });
  expect(verdict(bar(0.7), limit).met).toBe(false);
});

test("a bar of two limits compares with the lower one of each round", () => {
  const limits: Series[] = [
    { name: "dd", role: "limit", values: [60, 200] },
    { name: "tmpfs", role: "limit", values: [300, 66] },
  ];
  const bar: Bar = { kind: "of limits", limits: ["dd", "tmpfs"], least: 0.9 };
  expect(verdict(bar, ...limits)).toMatchObject({ ratio: 1, met: true });
  expect(verdict(bar, limits[0]!).met).toBeUndefined();
});

test("a bar of peers compares with the best peer, and ignores limits", () => {
  const others: Series[] = [
    { name: "slow", role: "peer", values: [10, 11] },
    { name: "fast", role: "peer", values: [30, 33] },
    { name: "gone", role: "peer", values: [], problem: "not found" },
    { name: "nginx", role: "limit", values: [1000, 1000] },
  ];
  expect(verdict({ kind: "of peers", least: 2 }, ...others)).toMatchObject({ ratio: 2, against: "fast", met: true });
  expect(verdict({ kind: "of peers", least: 2.1 }, ...others).met).toBe(false);
  expect(verdict({ kind: "of peers", least: 1 }, others[2]!)).toEqual({ of: "lading", bar: ">= 1 x best peer" });
});

test("a bar on the figure itself compares with its value", () => {
  expect(verdict({ kind: "at most", value: 63 })).toEqual({ of: "lading", bar: "<= 63", met: true });
  expect(verdict({ kind: "at most", value: 62 }).met).toBe(false);
  expect(verdict({ kind: "at least", value: 63 }).met).toBe(true);
  expect(verdict({ kind: "at least", value: 64 }).met).toBe(false);
});

test("results with more workers have the same bars if they were measured", () => {
  const more: Series = { name: "lading x2", role: "variant", values: [90, 99] };
  const result = { name: "a", title: "A", unit: "per s", turns: "t", commit: "c", date: "d" };
  const bars: Bar[] = [{ kind: "at least", value: 80 }];
  expect(verdictsOf({ ...result, bars, series: [lading, more] })).toEqual([
    { of: "lading", bar: ">= 80", met: false },
    { of: "lading x2", bar: ">= 80", met: true },
  ]);
  expect(verdictsOf({ ...result, bars, series: [lading, { ...more, values: [] }] })).toHaveLength(1);
});
