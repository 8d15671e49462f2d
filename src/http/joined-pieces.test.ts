import { expect, test } from "bun:test";
import { httpLimits } from "./limits.ts";
import { joinedPieces } from "./joined-pieces.ts";

const least = httpLimits.blobPieceLeastBytes;

/**
 * The joined pieces for pieces of these lengths, as lengths and as bytes, with the message of an error after them.
 */
async function join(lengths: readonly number[], error?: Error) {
  const sent: number[] = [];
  const pieces = (async function* () {
    for (const [at, length] of lengths.entries()) {
      const piece = new Uint8Array(length).fill(at);
      sent.push(...piece);
      yield piece;
    }
    if (error) throw error;
  })();
  const got: Uint8Array[] = [];
  let message: string | undefined;
  try {
    for await (const piece of joinedPieces(pieces)) got.push(piece);
  } catch (thrown) {
    ({ message } = thrown as Error);
  }
  expect(Buffer.concat(got)).toEqual(Buffer.from(sent));
  return { lengths: got.map(({ length }) => length), message };
}

test("M9 single bytes are joined in their order", async () => {
  const { lengths } = await join(Array.from({ length: 2 * least + 1 }, () => 1));
  expect(lengths.length).toBeLessThan(6);
});

test("long pieces stay unchanged, after the short pieces before them", async () => {
  expect((await join([5, 3 * least, 4 * least, 7])).lengths).toEqual([5, 3 * least, 4 * least, 7]);
  expect((await join([])).lengths).toEqual([]);
});

test("the bytes before an error are returned before the error", async () => {
  expect(await join([3, 4], new Error("gone"))).toEqual({ lengths: [7], message: "gone" });
});
