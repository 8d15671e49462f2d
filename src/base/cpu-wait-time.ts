import { openSync, readSync } from "node:fs";

/**
 * A function that tells for how many milliseconds in all this thread was ready to run and had no core; always 0 where the
 * system does not count that.
 */
export function cpuWaitTime(path = "/proc/thread-self/schedstat"): () => number {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return () => 0;
  }
  const bytes = Buffer.alloc(64);
  // Nanoseconds that it ran, nanoseconds that it waited, turns that it had.
  return () => Number(bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0)).split(" ")[1]) / 1e6;
}
