import { expect, test } from "bun:test";
import { busyPart, peakMegabytes, ticksIn } from "./usage.ts";

test("guests' time is not counted twice, and waiting for a disk is idle", () => {
  const stat = "cpu  100 20 30 500 50 1 2 3 40 4\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
  expect(ticksIn(stat)).toEqual({ all: 706, idle: 550 });
});

test("work that spins keeps some of the cores busy", async () => {
  const busy = await busyPart(async () => {
    const end = performance.now() + 200;
    while (performance.now() < end);
  });
  expect(busy).toBeGreaterThan(0);
  expect(busy).toBeLessThanOrEqual(1);
});

test("the peak of a process counts what its child had for a while", async () => {
  const own = await peakMegabytes(process.pid, async () => {});
  const child = Bun.spawn([process.execPath, "-e", "Buffer.alloc(4e8, 1); setTimeout(() => {}, 400)"]);
  const withChild = await peakMegabytes(process.pid, () => child.exited);
  expect(own).toBeGreaterThan(1);
  expect(withChild).toBeGreaterThan(400);
});
