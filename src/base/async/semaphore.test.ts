import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Semaphore } from "./semaphore.ts";

/** Waits until everything has run that can run without another call. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("the work did not fail");
}

test("the result of the work is returned", async () => {
  const semaphore = new Semaphore(1);
  expect(await semaphore.with(() => Promise.resolve("result"))).toBe("result");
});

test("failing work releases its permit and passes its error on", async () => {
  const semaphore = new Semaphore(1);
  const broken = new Error("the disk is full");
  expect(await errorOf(semaphore.with(() => Promise.reject(broken)))).toBe(broken);
  const throwsAtOnce = (): Promise<never> => {
    throw broken;
  };
  expect(await errorOf(semaphore.with(throwsAtOnce))).toBe(broken);
  expect(await semaphore.with(() => Promise.resolve("next"))).toBe("next");
});

test("a released permit stays available", async () => {
  const semaphore = new Semaphore(2);
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([semaphore.with(settle), semaphore.with(settle), semaphore.with(settle)]);
  }
  const gate = Promise.withResolvers<void>();
  let running = 0;
  const work = (): Promise<void> => {
    running += 1;
    return gate.promise;
  };
  const all = [semaphore.with(work), semaphore.with(work), semaphore.with(work)];
  await settle();
  expect(running).toBe(2);
  gate.resolve();
  await Promise.all(all);
  expect(running).toBe(3);
});

test("no more work runs than permits, no permit is idle while work waits, and work starts in the order of arrival", async () => {
  const job = fc.record({ fails: fc.boolean(), pick: fc.nat() });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(job, { maxLength: 10 }), async (permits, jobs) => {
      const semaphore = new Semaphore(permits);
      const started: number[] = [];
      const running: { index: number; finish: () => void }[] = [];
      const outcomes = jobs.map(({ fails }, index) =>
        semaphore.with(() => {
          started.push(index);
          const gate = Promise.withResolvers<number>();
          running.push({ index, finish: () => (fails ? gate.reject(index) : gate.resolve(index)) });
          return gate.promise;
        }),
      );
      const settled = Promise.allSettled(outcomes);
      for (const [done, { pick }] of jobs.entries()) {
        await settle();
        expect(running.length).toBe(Math.min(permits, jobs.length - done));
        // Running work finishes in any order. That must not change the order of the waiting work.
        const [finished] = running.splice(pick % running.length, 1);
        finished?.finish();
      }
      const expected = jobs.map(({ fails }, index) =>
        fails ? { status: "rejected" as const, reason: index } : { status: "fulfilled" as const, value: index },
      );
      expect(await settled).toEqual(expected);
      expect(started).toEqual(jobs.map((_, index) => index));
    }),
  );
});
