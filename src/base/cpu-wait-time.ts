import { openSync, readSync } from "node:fs";

/**
 * Returns a function that returns the total milliseconds in which this thread was ready to run and had no CPU; always 0
 * if the system does not count them.
 */
export function cpuWaitTime(path = "/proc/thread-self/schedstat"): () => number {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return () => 0;
  }
  const bytes = Buffer.alloc(64);
  // The file has three numbers: nanoseconds of running, nanoseconds of waiting, and the count of time slices.
  return () => Number(bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0)).split(" ")[1]) / 1e6;
}
