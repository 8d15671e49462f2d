import { expect, test } from "bun:test";
import { Spacing } from "./spacing.ts";

function spacing(apartMs: number) {
  const slept: number[] = [];
  const clock = { now: 1_000 };
  const sleep = async (ms: number | Date) => void slept.push(Number(ms));
  return { clock, slept, spacing: new Spacing(apartMs, () => clock.now, sleep) };
}

test("what comes alone does not wait", async () => {
  const { clock, slept, spacing: apart } = spacing(10);
  await apart.turn();
  clock.now += 10;
  await apart.turn();
  expect(slept).toEqual([]);
});

test("what comes at once goes one after the other", async () => {
  const { slept, spacing: apart } = spacing(10);
  await Promise.all([apart.turn(), apart.turn(), apart.turn()]);
  expect(slept).toEqual([10, 20]);
});

test("only what is left of the distance is waited for", async () => {
  const { clock, slept, spacing: apart } = spacing(10);
  await apart.turn();
  clock.now += 4;
  await apart.turn();
  expect(slept).toEqual([6]);
});
