import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { within } from "./deadline.ts";

const late = () => new Error("late");

test("work that ends in time gives its value or its own error", async () => {
  expect(await within(60_000, Promise.resolve(7), late)).toBe(7);
  expect(await rejectionOf(within(60_000, Promise.reject(new Error("broken")), late))).toMatchObject({
    message: "broken",
  });
});

test("work that does not end in time is abandoned, and its later failure has no effect", async () => {
  const work = Promise.withResolvers<number>();
  expect(await rejectionOf(within(1, work.promise, late))).toMatchObject({ message: "late" });
  work.reject(new Error("broken afterwards"));
  await Bun.sleep(0);
});
