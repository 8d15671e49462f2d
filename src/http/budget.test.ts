import { expect, test } from "bun:test";
import { rejectionOf } from "../../test/rejection.ts";
import { limits } from "../base/limits.ts";
import { Budget } from "./budget.ts";

/** Work that ends when it is told to. */
function holding(budget: Budget, cost: number) {
  const gate = Promise.withResolvers<string>();
  return { ...gate, done: budget.within(cost, () => gate.promise) };
}

async function isRefused(budget: Budget, cost: number): Promise<boolean> {
  let ran = false;
  const outcome = await budget
    .within(cost, async () => {
      ran = true;
    })
    .catch((error: unknown) => error);
  if (ran) return false;
  expect(outcome).toMatchObject({
    failure: "TOO_MANY_REQUESTS",
    facts: { retryAfterSeconds: limits.retryAfterSeconds },
  });
  return true;
}

test("what fits is let through, to the last bit; what does not is refused, and its work never begins", async () => {
  const budget = new Budget(10);
  const held = holding(budget, 7);
  expect(await isRefused(budget, 4)).toBe(true);
  expect(await isRefused(budget, 3)).toBe(false);
  expect(await isRefused(budget, 11)).toBe(true);
  held.resolve("answer");
  expect(await held.done).toBe("answer");
  expect(await isRefused(budget, 10)).toBe(false);
});

test("a refusal takes nothing", async () => {
  const budget = new Budget(2);
  const held = holding(budget, 1);
  for (let tries = 0; tries < 5; tries += 1) expect(await isRefused(budget, 2)).toBe(true);
  expect(await isRefused(budget, 1)).toBe(false);
  held.resolve("");
  await held.done;
  expect(await isRefused(budget, 2)).toBe(false);
});

test("what costs nothing is let through when nothing is left", async () => {
  const budget = new Budget(1);
  const held = holding(budget, 1);
  expect(await isRefused(budget, 0)).toBe(false);
  held.resolve("");
  await held.done;
});

test("work that throws gives back what it took, and its error is the caller's", async () => {
  const budget = new Budget(5);
  for (let rounds = 0; rounds < 3; rounds += 1) {
    const held = holding(budget, 5);
    held.reject(new Error(`round ${rounds}`));
    expect(await rejectionOf(held.done)).toEqual(new Error(`round ${rounds}`));
  }
  const thrown = budget.within(5, () => {
    throw new Error("before the first await");
  });
  expect(await rejectionOf(thrown)).toEqual(new Error("before the first await"));
  expect(await isRefused(budget, 5)).toBe(false);
});
