import { expect, test } from "bun:test";
import { serverLimits } from "../limits.ts";
import { restartPauseMs } from "./worker-pool.ts";

test("M16 a worker that has listened is replaced at once; only after failed starts the pause grows", () => {
  for (const anyListens of [true, false]) {
    expect(restartPauseMs(0, anyListens)).toBeLessThanOrEqual(250);
    expect(restartPauseMs(1, anyListens)).toBe(2 * restartPauseMs(0, anyListens));
  }
  expect(restartPauseMs(5, true)).toBe(32 * restartPauseMs(0, true));
  for (const failed of [10, 1_000, 5_000]) expect(restartPauseMs(failed, true)).toBe(serverLimits.workerRestartMostMs);
});

test("M16 while no worker listens, the pause is at most a second, even after many failed starts", () => {
  for (let failed = 0; failed < 100; failed += 1) expect(restartPauseMs(failed, false)).toBeLessThanOrEqual(1_000);
});
