import { expect, test } from "bun:test";
import { boundsOf, logScale, ticksOf } from "./scale.ts";

test("equal ratios are equal distances", () => {
  const scale = logScale(100, 1_000_000, 50, 450);
  expect([100, 1_000, 10_000, 1_000_000].map(scale.at)).toEqual([50, 150, 250, 450]);
});

test("an axis can point up", () => {
  const scale = logScale(1, 100, 300, 100);
  expect([scale.at(1), scale.at(10), scale.at(100)]).toEqual([300, 200, 100]);
});

test.each([
  [[120, 90_000], 10, { low: 100, high: 100_000 }],
  [[0.02, 3], 10, { low: 0.01, high: 10 }],
  [[1_000, 1_000_000], 10, { low: 1_000, high: 1_000_000 }],
  [[120, 900], 10, { low: 10, high: 1_000 }],
  [[100], 10, { low: 1, high: 100 }],
  [[1, 1_024], 2, { low: 1, high: 1_024 }],
])("the bounds of %j in powers of %d are correct", (values, base, expected) => {
  const { low, high } = boundsOf(values, base);
  expect([low, high]).toEqual([expect.closeTo(expected.low, 9), expect.closeTo(expected.high, 9)]);
});

test("ticks are the powers within the scale", () => {
  expect(ticksOf({ low: 100, high: 1_000_000 })).toEqual([100, 1_000, 10_000, 100_000, 1_000_000]);
  expect(ticksOf({ low: 150, high: 9_999 })).toEqual([1_000]);
});

test("too many ticks are thinned out evenly", () => {
  expect(ticksOf({ low: 1, high: 1_024 }, 2, 6)).toEqual([1, 4, 16, 64, 256, 1_024]);
});
