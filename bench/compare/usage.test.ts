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

test("a child's memory counts where it has more", async () => {
  const own = await peakMegabytes(process.pid, async () => {});
  const script = "const much = Buffer.alloc(4e8, 1); console.log(much.length); setTimeout(() => much, 60_000)";
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  const withChild = await peakMegabytes(process.pid, () => child.stdout.getReader().read());
  child.kill("SIGKILL");
  await child.exited;
  expect(own).toBeGreaterThan(1);
  expect(withChild).toBeGreaterThan(400);
});
