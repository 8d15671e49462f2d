import { expect, test } from "bun:test";
import { toTransferable } from "./transferable.ts";

test("bytes that fill their buffer are transferred without a copy", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  expect(toTransferable(bytes)).toBe(bytes);
});

test("bytes that share their buffer are transferred as a copy", () => {
  const shared = Buffer.from(new Uint8Array([0, 1, 2, 3]).buffer);
  const moved = toTransferable(shared.subarray(1, 3));
  expect([...moved]).toEqual([1, 2]);
  expect(moved.buffer.byteLength).toBe(2);
});
