import { expect, test } from "bun:test";
import { baseLimits } from "./limits.ts";
import { until } from "../../test/support/until.ts";
import { EventLoopMonitor, type Stalls } from "./event-loop-monitor.ts";

/**
 * Measurements of a monitor whose timer fires after each of these gaps. `waitedMs` is the part of a gap in which the
 * thread waited for a CPU.
 */
function stallsAfter(...gaps: readonly { readonly gapMs: number; readonly waitedMs?: number }[]): Stalls[] {
  const stalls: Stalls[] = [];
  let [now, waited] = [1_000, 5];
  const watch = new EventLoopMonitor(
    (stall) => stalls.push(stall),
    () => now,
    () => waited,
  );
  for (const { gapMs, waitedMs = 0 } of gaps) {
    now += gapMs;
    waited += waitedMs;
    watch.ring();
  }
  return stalls;
}

test("a timer that fires on time measures no stall", () => {
  expect(stallsAfter({ gapMs: baseLimits.loopMonitorMs })).toEqual([{ wholeMs: 0, ownMs: 0 }]);
});

test("a late timer measures its delay, each time", () => {
  const late = [20, 70, 0].map((lateMs) => ({ gapMs: baseLimits.loopMonitorMs + lateMs }));
  expect(stallsAfter(...late).map(({ wholeMs }) => wholeMs)).toEqual([20, 70, 0]);
});

test("the wait for a CPU is not part of ownMs", () => {
  const [stall] = stallsAfter({ gapMs: baseLimits.loopMonitorMs + 70, waitedMs: 40 });
  expect(stall).toEqual({ wholeMs: 70, ownMs: 30 });
});

test("an early timer after a late one measures no negative stall", () => {
  expect(stallsAfter({ gapMs: 1 }, { gapMs: 1, waitedMs: 5 })).toEqual([
    { wholeMs: 0, ownMs: 0 },
    { wholeMs: 0, ownMs: 0 },
  ]);
});

test("once started it measures repeatedly, until it is stopped", async () => {
  let measured = 0;
  const end = new EventLoopMonitor(() => (measured += 1)).start();
  await until(() => measured > 3);
  end();
  const seen = measured;
  await Bun.sleep(3 * baseLimits.loopMonitorMs);
  expect(measured).toBe(seen);
});
