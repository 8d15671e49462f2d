import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { andThen } from "./maybe-promise.ts";

test("what is there is gone on with in the same turn, what is promised when it comes", async () => {
  expect(andThen(2, (value) => value + 1)).toBe(3);
  expect(await andThen(Promise.resolve(2), (value) => value + 1)).toBe(3);
  expect(await andThen(2, async (value) => value + 1)).toBe(3);
});

test("what fails on the way is thrown where it is done at once, and else rejects", async () => {
  const fail = (value: string): number => {
    throw new Error(value);
  };
  expect(() => andThen("at once", fail)).toThrow("at once");
  expect(await rejectionOf(Promise.resolve(andThen(Promise.resolve("later"), fail)))).toEqual(new Error("later"));
});
