import { expect, test } from "bun:test";
import { giveBack } from "./give-back.ts";

test("bytes that fill their buffer are given back with it", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  giveBack(bytes);
  expect(bytes.length).toBe(0);
});

test("bytes that share their buffer stay", () => {
  const all = new Uint8Array([0, 1, 2, 3]);
  giveBack(all.subarray(1, 3));
  expect([...all]).toEqual([0, 1, 2, 3]);
});
