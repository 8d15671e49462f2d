import { expect, test } from "bun:test";
import { busyPart, peakMegabytes, ticksIn } from "./usage.ts";

test("the time of guests is counted once, and waiting for a disk counts as idle", () => {
  const stat = "cpu  100 20 30 500 50 1 2 3 40 4\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
  expect(ticksIn(stat)).toEqual({ all: 706, idle: 550 });
});

test("a busy loop uses a part of the cores", async () => {
  const busy = await busyPart(async () => {
    const end = performance.now() + 200;
    while (performance.now() < end);
  });
  expect(busy).toBeGreaterThan(0);
  expect(busy).toBeLessThanOrEqual(1);
});

test("the memory of a child counts if it is larger", async () => {
  const own = await peakMegabytes(process.pid, async () => {});
  const script = "const much = Buffer.alloc(4e8, 1); console.log(much.length); setTimeout(() => much, 60_000)";
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  const withChild = await peakMegabytes(process.pid, () => child.stdout.getReader().read());
  child.kill("SIGKILL");
  await child.exited;
  expect(own).toBeGreaterThan(1);
  expect(withChild).toBeGreaterThan(400);
});
