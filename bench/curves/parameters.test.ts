import { expect, test } from "bun:test";
import { curves } from "./curves.ts";
import { readParameters } from "./parameters.ts";

test("by default, all curves are measured for the documents", () => {
  const parameters = readParameters([]);
  expect(parameters).toMatchObject({ only: Object.keys(curves), seconds: 1.5, draw: false });
  expect(parameters.out).toEndWith("/docs/lab/curves");
});

test("a quick run does not change the documents", () => {
  const { out, places, rounds } = readParameters(["--quick"]);
  expect([out.endsWith("/build/curves"), places, rounds]).toEqual([true, 2, 1]);
});

test("the parameters have an effect", () => {
  const parameters = readParameters([
    "--only",
    "tags",
    "--only",
    "blob-size",
    "--to",
    "1e5",
    "--seconds",
    "0.5",
    "--out",
    "x",
  ]);
  expect(parameters).toMatchObject({ only: ["tags", "blob-size"], to: 100_000, seconds: 0.5, out: "x" });
});

test.each([
  ["--only blobs"],
  ["--to 0"],
  ["--to many"],
  ["--seconds -1"],
  ["--seconds Infinity"],
  ["--loud"],
  ["tags"],
])("%s is refused", (line) => {
  expect(() => readParameters(line.split(" "))).toThrow();
});
