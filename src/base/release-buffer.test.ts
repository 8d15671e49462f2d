import { expect, test } from "bun:test";
import { releaseBuffer } from "./release-buffer.ts";
import { baseLimits } from "./limits.ts";

const least = baseLimits.releasedBufferBytes;

test("bytes that fill their buffer are released with it", () => {
  const bytes = new Uint8Array(least);
  releaseBuffer(bytes);
  expect(bytes.length).toBe(0);
});

test("small buffers are left to the garbage collector", () => {
  const bytes = new Uint8Array(least - 1);
  releaseBuffer(bytes);
  expect(bytes.length).toBe(least - 1);
});

test("bytes that share their buffer are not released", () => {
  const all = new Uint8Array(least + 1).fill(7);
  releaseBuffer(all.subarray(1));
  expect(all).toEqual(new Uint8Array(least + 1).fill(7));
});
