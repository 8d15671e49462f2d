import { expect, test } from "bun:test";
import { ociLimits } from "../oci/limits.ts";
import { HeldBytes } from "./held-bytes.ts";

const small = ociLimits.manifestReadAtOnceBytes;

for (const announced of [undefined, 10 * small, 100]) {
  test(`pieces are joined into one, with ${announced ?? "no"} announced bytes`, () => {
    const held = new HeldBytes(announced, 10 * small);
    const all = Buffer.from(Array.from({ length: 10 * small }, (_, at) => at % 251));
    for (let at = 0; at < all.length;) {
      const next = at + 1 + (at % 70_000);
      held.add(all.subarray(at, next));
      at = next;
    }
    expect(held.length).toBe(all.length);
    expect(Buffer.compare(held.bytes(), all)).toBe(0);
  });
}

test("H1 an announced length allocates no memory until more than 64 KiB have arrived", () => {
  const held = new HeldBytes(ociLimits.manifestBytes, ociLimits.manifestBytes);
  held.add(new Uint8Array(1));
  expect(held.bytes().buffer.byteLength).toBeLessThan(1_024);
  held.add(new Uint8Array(small - 1));
  expect(held.bytes().buffer.byteLength).toBeLessThanOrEqual(2 * small);
  held.add(new Uint8Array(1));
  expect(held.bytes().buffer.byteLength).toBe(ociLimits.manifestBytes);
});
