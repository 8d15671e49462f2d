import { afterEach, expect, setSystemTime, test } from "bun:test";
import { ManualClock, systemClock } from "./clock.ts";

afterEach(() => {
  setSystemTime();
});

test("the system clock returns milliseconds since the epoch", () => {
  const moment = Date.UTC(2031, 4, 6, 7, 8, 9, 123);
  setSystemTime(moment);
  expect(systemClock.now()).toBe(moment);
});

test("a manual clock changes only when it is set", () => {
  const clock = new ManualClock(1_000);
  setSystemTime(Date.UTC(2040, 0, 1));
  expect(clock.now()).toBe(1_000);
  expect(clock.now()).toBe(1_000);
});

test("a manual clock adds up its steps", () => {
  const clock = new ManualClock(1_000);
  clock.advance(250);
  clock.advance(0);
  clock.advance(5);
  expect(clock.now()).toBe(1_255);
});

test("manual clocks are independent of each other and start at the same moment by default", () => {
  const one = new ManualClock();
  const other = new ManualClock();
  expect(one.now()).toBe(other.now());
  one.advance(1);
  expect(one.now()).toBe(other.now() + 1);
});

test("timers of a manual clock run in order when the clock passes their times", () => {
  const clock = new ManualClock(0);
  const done: string[] = [];
  const stop = clock.every(10, () => done.push(`every at ${clock.now()}`));
  void clock.sleep(25).then(() => done.push("slept"));
  clock.advance(9);
  expect(done).toEqual([]);
  clock.advance(21);
  expect(done).toEqual(["every at 10", "every at 20", "every at 30"]);
  stop();
  clock.advance(100);
  expect(done).toHaveLength(3);
  expect(clock.now()).toBe(130);
});

test("a sleep ends once its time has passed, and not before", async () => {
  const clock = new ManualClock(0);
  let isAwake = false;
  const sleeping = clock.sleep(5).then(() => (isAwake = true));
  clock.advance(4);
  await Promise.resolve();
  expect(isAwake).toBe(false);
  clock.advance(1);
  await sleeping;
  expect(isAwake).toBe(true);
});
