import { expect, test } from "bun:test";
import { emptySeries, exposition, observe, type Sample } from "../../src/http/observe/exposition.ts";
import { longestMs, stallCounts } from "./stalls.ts";

const bounds = [0.01, 0.05, 0.1];

function metricsAfter(...stalls: readonly number[]): string {
  const series = emptySeries(bounds);
  for (const seconds of stalls) observe(series, bounds, seconds);
  const histograms = ["lading_event_loop_stall_seconds", "lading_event_loop_own_stall_seconds"].map((name) => {
    return { name, help: "", bounds, series: new Map([["", series]]) };
  });
  return exposition([{ histograms, readings: [] } satisfies Sample]);
}

test("the longest stall between two readings is the bound of its bucket, independent of earlier stalls", () => {
  const before = stallCounts(metricsAfter(0.2));
  for (const [stalls, bound] of [
    [[], 10],
    [[0.001, 0.04, 0.02], 50],
    [[0.05], 50],
    [[0.051, 0.001], 100],
    [[0.3], Infinity],
  ] as const) {
    expect(longestMs(before.own, stallCounts(metricsAfter(0.2, ...stalls)).own)).toBe(bound);
  }
});

test("metrics without the histogram are an error, not a stall of zero", () => {
  expect(() => stallCounts("lading_workers 2\n")).toThrow("lading_event_loop_stall_seconds");
});
