import { expect, test } from "bun:test";
import { limits } from "../../base/limits.ts";
import { giveBackBytes } from "./bytes-of-writes.ts";

const most = limits.manifestReadAtOnceBytes;

test("L33 the bytes of a large manifest are given back, those of a small one stay", () => {
  const [small, large] = [new Uint8Array(most), new Uint8Array(most + 1)];
  giveBackBytes([{ bytes: small }, { bytes: large }, "text", undefined, null]);
  expect(small.length).toBe(most);
  expect(large.length).toBe(0);
});
