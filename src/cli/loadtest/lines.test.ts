import { expect, test } from "bun:test";
import { Failure } from "../../loadtest/failure.ts";
import { figuresOf, Measurement } from "../../loadtest/measurement.ts";
import { failureLines, tableLines } from "./lines.ts";

function measured() {
  const measurement = new Measurement();
  for (let ms = 1; ms <= 10; ms += 1) measurement.succeed(ms, 1_000_000);
  for (const word of ["one", "two"]) measurement.fail(new Failure("status 500", word));
  measurement.fail(new Failure("silence", "three"));
  return figuresOf(measurement, { work: "blob-head", concurrency: 16, seconds: 2, requests: 26 });
}

test("each column is as wide as its widest cell", () => {
  const none = figuresOf(new Measurement(), { work: "push-images", concurrency: 1, seconds: 0, requests: 0 });
  const lines = tableLines([measured(), none]);
  expect(lines).toEqual([
    "load         at once  done  per s  requests/s  MB/s  p50 ms  p90 ms  p99 ms  max ms  failed",
    expect.stringMatching(
      /^blob-head         16    10    5\.0        13\.0   5\.0    5\.\d\d    9\.\d\d   10\.00   10\.00       3$/,
    ),
    "push-images        1     0    0.0         0.0   0.0    0.00    0.00    0.00    0.00       0",
  ]);
});

test("failures are listed by kind, each with its first message", () => {
  expect(failureLines([measured()])).toEqual([
    "blob-head: 2 × status 500; the first: one",
    "blob-head: 1 × silence; the first: three",
  ]);
});
