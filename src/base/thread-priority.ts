import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/** How far behind the other threads, as `nice` counts it. */
const behind = 10;

/**
 * Lets every other thread of this machine have a core before this one, which does long work that nobody waits for by the
 * millisecond. Where the system does not tell threads apart, nothing changes.
 */
export function lowerThreadPriority(link = "/proc/thread-self"): void {
  try {
    setPriority(Number(readlinkSync(link).split("/").at(-1)), behind);
  } catch {
    // Then the threads share the cores as equals.
  }
}
