import { expect, test } from "bun:test";
import { ExpiringSet } from "./expiring-set.ts";

test("a name is stored for a short time, and then not any more", () => {
  let now = 0;
  const lately = new ExpiringSet(100, 10, () => now);
  expect(lately.has("a")).toBe(false);
  lately.add("a");
  now = 99;
  expect([lately.has("a"), lately.has("b")]).toEqual([true, false]);
  now = 100;
  expect(lately.has("a")).toBe(false);
});

test("many names take no more memory than a few", () => {
  const lately = new ExpiringSet(100, 2, () => 0);
  for (const name of ["a", "b", "c"]) lately.add(name);
  expect([lately.has("a"), lately.has("b"), lately.has("c")]).toEqual([false, false, true]);
});
