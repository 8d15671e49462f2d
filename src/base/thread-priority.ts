import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/** The niceness of the thread, relative to the others. */
const behind = 10;

/**
 * Lowers the priority of this thread below that of all other threads on the machine. It is for long work that no client
 * waits for by the millisecond. If the system does not distinguish threads, nothing changes.
 */
export function lowerThreadPriority(link = "/proc/thread-self"): void {
  try {
    setPriority(Number(readlinkSync(link).split("/").at(-1)), behind);
  } catch {
    // The threads have the same priority then.
  }
}
