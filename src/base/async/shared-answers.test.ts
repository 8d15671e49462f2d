import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { SharedAnswers } from "./shared-answers.ts";

/** Counts its calls. Each call resolves to its number, when the test releases it. */
function source() {
  let asked = 0;
  const gates: PromiseWithResolvers<void>[] = [];
  const ask = async () => {
    const number = (asked += 1);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    return number;
  };
  return { ask, gates, count: () => asked };
}

test("H2 requests during a computation share the next answer, and never an older one", async () => {
  const answers = new SharedAnswers<number>();
  const { ask, gates, count } = source();
  const first = answers.answer("list", ask);
  const later = Array.from({ length: 400 }, () => answers.answer("list", ask));
  expect(count()).toBe(1);
  gates[0]!.resolve();
  expect(await first).toBe(1);
  await Bun.sleep(0);
  const last = answers.answer("list", ask);
  gates[1]!.resolve();
  expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
  await Bun.sleep(0);
  gates[2]!.resolve();
  expect(await last).toBe(3);
  const alone = answers.answer("list", ask);
  gates[3]!.resolve();
  expect(await alone).toBe(4);
});

test("other keys are computed at once", async () => {
  const answers = new SharedAnswers<number>();
  const { ask, gates, count } = source();
  const both = [answers.answer("a", ask), answers.answer("b", ask)];
  expect(count()).toBe(2);
  for (const gate of gates) gate.resolve();
  expect(await Promise.all(both)).toEqual([1, 2]);
});

test("a failed answer fails for all that share it, and is computed again for later requests", async () => {
  const answers = new SharedAnswers<string>();
  const failing = async () => Promise.reject(new Error("gone"));
  const first = answers.answer("list", failing);
  const next = [answers.answer("list", failing), answers.answer("list", failing)];
  for (const one of [first, ...next]) expect(await rejectionOf(one)).toMatchObject({ message: "gone" });
  expect(await answers.answer("list", async () => "here")).toBe("here");
});
