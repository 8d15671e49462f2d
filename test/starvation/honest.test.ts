import { expect, test } from "bun:test";
import { quantile } from "./honest.ts";

test("a quantile is the value that this share of all is below", () => {
  const values = Array.from({ length: 100 }, (_, at) => at);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([0, 50, 99, 99]);
  expect(quantile([], 0.5)).toBeNaN();
});
