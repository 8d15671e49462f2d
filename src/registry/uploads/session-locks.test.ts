import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { uploadLimits } from "./limits.ts";
import { LocalSessionLocks } from "./session-locks.ts";

const id = "session";

test("UP-23 requests that wait for a lock get it one after the other, in their order", async () => {
  const locks = new LocalSessionLocks(new ManualClock());
  const first = await locks.lock(id);
  const order: string[] = [];
  const waiting = ["second", "third", "fourth"].map(async (name) => {
    const lock = await locks.lock(id);
    order.push(name);
    expect(locks.held.size).toBe(1);
    await Bun.sleep(1);
    lock!.unlock();
  });
  first!.unlock();
  await Promise.all(waiting);
  expect(order).toEqual(["second", "third", "fourth"]);
  expect(locks.held.size).toBe(0);
});

test("a handover waits until no request has the lock, also if several have it one after the other", async () => {
  const locks = new LocalSessionLocks(new ManualClock());
  const first = await locks.lock(id);
  const second = locks.lock(id);
  let handedOver = false;
  const handover = locks.handover(id).then(() => (handedOver = true));
  first!.unlock();
  const lock = await second;
  await Bun.sleep(1);
  expect(handedOver).toBe(false);
  lock!.unlock();
  await handover;
});

test("the locks of two sessions are independent", async () => {
  const locks = new LocalSessionLocks(new ManualClock());
  const both = await Promise.all([locks.lock("one"), locks.lock("other")]);
  expect(both.map((lock) => lock !== undefined)).toEqual([true, true]);
});

test("a request that waits until the deadline does not get the lock", async () => {
  const clock = new ManualClock();
  const locks = new LocalSessionLocks(clock);
  const first = await locks.lock(id);
  const [second, handover] = [locks.lock(id), locks.handover(id)];
  clock.advance(uploadLimits.uploadHandoverMs);
  expect(await second).toBeUndefined();
  await handover;
  first!.unlock();
  expect(await locks.lock(id)).toBeDefined();
});
