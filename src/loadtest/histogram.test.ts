import { expect, test } from "bun:test";
import { array, assert, constantFrom, double, property } from "fast-check";
import { bucketGrowth, Histogram } from "./histogram.ts";

function histogramOf(all: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const ms of all) histogram.record(ms);
  return histogram;
}

test("a quantile is the exact one, or at most one bucket more", () => {
  const ms = double({ min: 0.001, max: 3_600_000, noNaN: true });
  assert(
    property(array(ms, { minLength: 1, maxLength: 300 }), constantFrom(0.5, 0.9, 0.99, 1), (all, part) => {
      const sorted = all.toSorted((a, b) => a - b);
      const exact = sorted[Math.ceil(part * all.length) - 1]!;
      const quantile = histogramOf(all).quantile(part);
      // The tolerance covers rounding errors of logarithms.
      expect(quantile).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
      expect(quantile).toBeLessThanOrEqual(exact * bucketGrowth * (1 + 1e-9));
    }),
  );
});

test("the maximum is exact, and both ends count", () => {
  const histogram = histogramOf([0, 0.0001, 7.25, 1e9]);
  expect([histogram.count, histogram.maxMs, histogram.quantile(1)]).toEqual([4, 1e9, 1e9]);
  expect(histogram.quantile(0.5)).toBe(0.001);
});

test("an empty histogram has only zeros", () => {
  const histogram = new Histogram();
  expect([histogram.count, histogram.maxMs, histogram.quantile(0.5)]).toEqual([0, 0, 0]);
});
