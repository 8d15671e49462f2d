import { expect, test } from "bun:test";
import { rejectionOf } from "../../test/rejection.ts";
import { whenThere } from "./soon.ts";

test("what is there is gone on with in the same turn, what is promised when it comes", async () => {
  expect(whenThere(2, (value) => value + 1)).toBe(3);
  expect(await whenThere(Promise.resolve(2), (value) => value + 1)).toBe(3);
  expect(await whenThere(2, async (value) => value + 1)).toBe(3);
});

test("what fails on the way is thrown where it is done at once, and else rejects", async () => {
  const fail = (value: string): number => {
    throw new Error(value);
  };
  expect(() => whenThere("at once", fail)).toThrow("at once");
  expect(await rejectionOf(Promise.resolve(whenThere(Promise.resolve("later"), fail)))).toEqual(new Error("later"));
});
