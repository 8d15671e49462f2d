import { expect, test } from "bun:test";
import { spread } from "./labels.ts";

const at = (...places: number[]) => places.map((y) => ({ text: String(y), y }));
const placesOf = (labels: readonly { readonly y: number }[]) => labels.map(({ y }) => y);

test("labels that do not touch stay unchanged", () => {
  expect(placesOf(spread(at(10, 30, 50), 14, 0, 100))).toEqual([10, 30, 50]);
});

test("labels that would touch are moved apart, in the order of their lines", () => {
  const spreadOut = spread(at(52, 50, 51), 14, 0, 100);
  expect(spreadOut.map(({ text }) => text)).toEqual(["50", "51", "52"]);
  expect(placesOf(spreadOut)).toEqual([50, 64, 78]);
});

test("no label leaves the panel", () => {
  expect(placesOf(spread(at(98, 99, 100), 14, 0, 100))).toEqual([72, 86, 100]);
});
