import { expect, test } from "bun:test";
import { parseWrk } from "./wrk.ts";

function output(changes: Readonly<Record<string, number>> = {}): string {
  const figures = {
    us: 2_000_000,
    requests: 80_000,
    bytes: 50_000_000,
    wrongStatus: 0,
    broken: 0,
    late: 0,
    p99Us: 1_250,
  };
  return [
    "Running 2s test @ http://127.0.0.1:5000/v2/a/manifests/latest",
    "  1 threads and 32 connections",
    "Requests/sec:  40000.00",
    `figures ${JSON.stringify({ ...figures, ...changes })}`,
    "",
  ].join("\n");
}

test("the figures are read from the script's line", () => {
  expect(parseWrk(output())).toEqual({ requestsPerSecond: 40_000, megabytesPerSecond: 25, p99Ms: 1.25 });
});

test.each([
  ["another status", { wrongStatus: 3 }, "3 answers of another status"],
  ["a broken connection", { broken: 1 }, "1 broken"],
  ["a late answer", { late: 2 }, "2 too late"],
  ["no answer at all", { bytes: 0, requests: 0 }, "no byte came"],
])("%s is an error", (_what, changes, message) => {
  expect(() => parseWrk(output(changes))).toThrow(message);
});

test("output without figures is an error that contains it", () => {
  expect(() => parseWrk("unable to connect")).toThrow("unable to connect");
});
