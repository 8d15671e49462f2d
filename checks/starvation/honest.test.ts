import { expect, test } from "bun:test";
import { judgedShare, quantile } from "./honest.ts";

test("a quantile is the value that has this share of all values below it", () => {
  const values = Array.from({ length: 100 }, (_, at) => at);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([0, 50, 99, 99]);
  expect(quantile([], 0.5)).toBeNaN();
});

test("a percentile is judged only with enough measurements above it", () => {
  expect([600, 120, 60, 10].map(judgedShare)).toEqual([0.99, 0.95, 0.9, 0.75]);
});
