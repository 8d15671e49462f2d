import { expect, test } from "bun:test";
import { Failure } from "../../src/loadtest/failure.ts";
import { figuresOf, Measurement } from "../../src/loadtest/measurement.ts";
import { median, pointOf, secondsOf, type Round } from "./rounds.ts";

const known = { series: "GET", at: 100, megabytes: 80 };

/** A round of one second with this number of operations of one megabyte and `ms` milliseconds each. */
function round(operations: number, ms: number, processorUs: number, failures: readonly string[] = []): Round {
  const measurement = new Measurement();
  for (let nth = 0; nth < operations; nth += 1) measurement.succeed(ms, 1_000_000);
  for (const failure of failures) measurement.fail(new Failure("status 500", failure));
  return { figures: figuresOf(measurement, { work: "", concurrency: 1, seconds: 1, requests: 0 }), processorUs };
}

test("the figures of a point are the medians of its rounds", () => {
  const point = pointOf(known, [round(10, 5, 1_000), round(40, 1, 2_000), round(20, 3, 1_600)]);
  expect(point).toEqual({
    ...known,
    perSecond: 20,
    megabytesPerSecond: 20,
    p50Ms: expect.closeTo(3, 1),
    p99Ms: expect.closeTo(3, 1),
    processorUs: 80,
  });
});

test("failures are counted over all rounds, with the message of the first", () => {
  const point = pointOf(known, [round(1, 1, 10), round(1, 1, 10, ["one", "two"]), round(0, 1, 10, ["three"])]);
  expect(point).toMatchObject({ failed: 3, failure: "one", processorUs: 10 });
});

test("rounds without a successful operation have no cost", () => {
  expect(pointOf(known, [round(0, 1, 10)])).toEqual({
    ...known,
    perSecond: 0,
    megabytesPerSecond: 0,
    p50Ms: 0,
    p99Ms: 0,
  });
});

test("the seconds of the rounds are summed", () => {
  expect(secondsOf([round(1, 1, 1), round(2, 1, 1)])).toBe(2);
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[], 0],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});
