import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { andThen } from "./maybe-promise.ts";

test("a value is used in the same turn, a promised value when it resolves", async () => {
  expect(andThen(2, (value) => value + 1)).toBe(3);
  expect(await andThen(Promise.resolve(2), (value) => value + 1)).toBe(3);
  expect(await andThen(2, async (value) => value + 1)).toBe(3);
});

test("an error is thrown for a value, and rejects for a promise", async () => {
  const fail = (value: string): number => {
    throw new Error(value);
  };
  expect(() => andThen("at once", fail)).toThrow("at once");
  expect(await rejectionOf(Promise.resolve(andThen(Promise.resolve("later"), fail)))).toEqual(new Error("later"));
});
