import { expect, test } from "bun:test";
import { blockBytes, blocksOf, digestOfBlob, rangeOf, sizeOf } from "./blocks.ts";

const blob = { number: 3, blocks: 4 };
const whole = Buffer.concat([...blocksOf(blob)]);

test("a range has the bytes of the whole, also across a block boundary", () => {
  expect(whole.length).toBe(sizeOf(blob));
  for (const [start, end] of [
    [0, 10],
    [blockBytes - 7, blockBytes + 9],
    [blockBytes / 2, 3 * blockBytes + 1],
    [sizeOf(blob) - 1, sizeOf(blob)],
  ] as const) {
    expect(Buffer.compare(rangeOf(blob, start, end), whole.subarray(start, end))).toBe(0);
  }
});

test("all blobs and all blocks are different", () => {
  const digests = Array.from({ length: 100 }, (_, number) => digestOfBlob({ number, blocks: 1 }));
  expect(new Set(digests).size).toBe(100);
  expect(new Set([...blocksOf(blob)].map((block) => Bun.hash(block))).size).toBe(blob.blocks);
});
