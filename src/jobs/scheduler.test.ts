import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { Scheduler } from "./scheduler.ts";

/** A scheduler with a job whose runs end on command. */
function scheduled() {
  const clock = new ManualClock(0);
  const events: unknown[] = [];
  const runs: PromiseWithResolvers<void>[] = [];
  const scheduler = new Scheduler(clock, { event: (message, about) => void events.push([message, about]) });
  const stop = scheduler.start({
    name: "counting",
    everyMs: 10,
    run() {
      runs.push(Promise.withResolvers<void>());
      return runs.at(-1)!.promise;
    },
  });
  const end = async (outcome?: Error) => {
    if (outcome) runs.at(-1)!.reject(outcome);
    else runs.at(-1)!.resolve();
    await Bun.sleep(0);
  };
  return { clock, events, runs, stop, end };
}

test("a job runs at its interval, and not again while it is running", async () => {
  const { clock, runs, end } = scheduled();
  clock.advance(9);
  expect(runs).toHaveLength(0);
  clock.advance(31);
  expect(runs).toHaveLength(1);
  await end();
  clock.advance(10);
  expect(runs).toHaveLength(2);
  await end();
});

test("a failing job is logged once, and again after it has succeeded", async () => {
  const { clock, events, end } = scheduled();
  const failure = ["a job failed", { job: "counting", error: "no" }];
  for (const [outcome, told] of [
    [new Error("no"), 1],
    [new Error("no"), 1],
    [undefined, 1],
    [new Error("no"), 2],
  ] as const) {
    clock.advance(10);
    await end(outcome);
    expect(events).toEqual(Array.from({ length: told }, () => failure));
  }
});

test("stopping a job waits for its run, and prevents further runs", async () => {
  const { clock, runs, stop, end } = scheduled();
  clock.advance(10);
  let isStopped = false;
  const stopping = stop().then(() => (isStopped = true));
  await Bun.sleep(0);
  expect(isStopped).toBe(false);
  await end();
  await stopping;
  clock.advance(100);
  expect(runs).toHaveLength(1);
});
