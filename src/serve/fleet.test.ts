import { expect, test } from "bun:test";
import { limits } from "../base/limits.ts";
import { restartPauseMs } from "./fleet.ts";

test("M16 a worker that has listened is replaced at once, however often it ends; only failed starts wait longer", () => {
  expect(restartPauseMs(0)).toBeLessThanOrEqual(250);
  expect(restartPauseMs(1)).toBe(2 * restartPauseMs(0));
  expect(restartPauseMs(5)).toBe(32 * restartPauseMs(0));
  for (const failed of [10, 1_000, 5_000]) expect(restartPauseMs(failed)).toBe(limits.workerRestartMostMs);
});
