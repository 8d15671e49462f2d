import { expect, test } from "bun:test";
import { limits } from "./limits.ts";
import { until } from "../../test/harness/until.ts";
import { LoopWatch } from "./loop-watch.ts";

let now = 0;
function watchThatRangAfter(...gaps: readonly number[]): LoopWatch {
  const watch = new LoopWatch(() => now);
  for (const gap of gaps) {
    now += gap;
    watch.ring();
  }
  return watch;
}

test("a timer that rings when it should tells of no stall", () => {
  expect(watchThatRangAfter(limits.loopWatchMs, limits.loopWatchMs).takeLongest("whole")).toBe(0);
});

test("the longest delay is told once", () => {
  const watch = watchThatRangAfter(limits.loopWatchMs + 20, limits.loopWatchMs + 70, limits.loopWatchMs);
  expect(watch.takeLongest("whole")).toBeCloseTo(0.07);
  expect(watch.takeLongest("whole")).toBe(0);
});

test("what the thread waited for a core is no part of its own stall, and each part is told once", () => {
  let waited = 5;
  const watch = new LoopWatch(
    () => now,
    () => waited,
  );
  now += limits.loopWatchMs + 70;
  waited += 40;
  watch.ring();
  now += limits.loopWatchMs + 35;
  expect(watch.takeLongest("own")).toBeCloseTo(0.035);
  expect(watch.takeLongest("whole")).toBeCloseTo(0.07);
  expect(watch.takeLongest("own")).toBe(0);
});

test("a stall that ends with the question is told, too", () => {
  const watch = watchThatRangAfter(limits.loopWatchMs);
  now += limits.loopWatchMs + 30;
  expect(watch.takeLongest("whole")).toBeCloseTo(0.03);
});

test("a ring that comes early after a late one is no negative stall", () => {
  expect(watchThatRangAfter(1, 1).takeLongest("whole")).toBe(0);
});

test("once started it looks again and again, until it is ended", async () => {
  let looks = 0;
  const watch = new LoopWatch(() => (looks += 1));
  const end = watch.start();
  await until(() => looks > 3);
  end();
  const seen = looks;
  await Bun.sleep(3 * limits.loopWatchMs);
  expect(looks).toBe(seen);
});
