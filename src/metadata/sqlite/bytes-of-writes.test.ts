import { expect, test } from "bun:test";
import { baseLimits } from "../../base/limits.ts";
import { releaseBuffersOf } from "./bytes-of-writes.ts";

const least = baseLimits.releasedBufferBytes;

test("L33 the bytes of a large manifest are released, those of a small one stay", () => {
  const [small, large] = [new Uint8Array(least - 1), new Uint8Array(least)];
  releaseBuffersOf([{ bytes: small }, { bytes: large }, "text", undefined, null]);
  expect(small.length).toBe(least - 1);
  expect(large.length).toBe(0);
});
