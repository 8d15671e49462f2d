import { expect, test } from "bun:test";
import { median, ratio, spread } from "./statistics.ts";

test("the median of an odd or even number of values does not depend on their order", () => {
  expect(median([30, 10, 20])).toBe(20);
  expect(median([40, 10, 20, 30])).toBe(25);
  expect(median([])).toBeNaN();
});

test("the spread is relative to the median, and zero for one round", () => {
  expect(spread([8, 10, 12])).toBeCloseTo(0.4);
  expect(spread([5])).toBe(0);
});

test("the ratio compares each round, and not the medians", () => {
  // The machine was ten times slower in the second round, but one was always twice as fast as the other.
  expect(ratio([200, 20, 100], [100, 10, 50])).toBe(2);
  expect(ratio([4, 8], [2])).toBe(2);
});
