/** Looks until it is so; fails where it does not come about in the time that a test has. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 1_000; looks += 1) {
    if (await condition()) return;
    await Bun.sleep(4);
  }
  throw new Error("what was waited for did not come about");
}
