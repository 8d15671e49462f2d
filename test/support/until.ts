import type { ManualClock } from "../../src/base/clock.ts";

/**
 * Waits until the condition is true. Fails if that does not happen within the timeout of a test. It checks every
 * `everyMs` milliseconds; use a longer interval for slow events, such as the start of npm.
 */
export async function until(condition: () => boolean | Promise<boolean>, everyMs = 4): Promise<void> {
  for (let looks = 0; looks < 1_000; looks += 1) {
    if (await condition()) return;
    await Bun.sleep(everyMs);
  }
  throw new Error("the condition did not become true in time");
}

/** Waits for the result while the clock of the test advances by `stepMs` every few milliseconds. */
export async function whileTimePasses<T>(clock: ManualClock, stepMs: number, result: Promise<T>): Promise<T> {
  const timer = setInterval(() => clock.advance(stepMs), 4);
  try {
    return await result;
  } finally {
    clearInterval(timer);
  }
}
