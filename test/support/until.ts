/**
 * Looks until it is so; fails where it does not come about in the time that a test has. Between two looks it waits `everyMs`:
 * longer for what takes its time, such as the start of npm.
 */
export async function until(condition: () => boolean | Promise<boolean>, everyMs = 4): Promise<void> {
  for (let looks = 0; looks < 1_000; looks += 1) {
    if (await condition()) return;
    await Bun.sleep(everyMs);
  }
  throw new Error("what was waited for did not come about");
}
