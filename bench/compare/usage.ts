/** What the machine and its processes use, as Linux counts it. */
import { readFileSync } from "node:fs";

interface Ticks {
  readonly all: number;
  readonly idle: number;
}

/** The part of all cores' time that was not idle while the work went on. */
export async function busyPart(work: () => Promise<void>): Promise<number> {
  const before = ticksIn(readFileSync("/proc/stat", "utf8"));
  await work();
  const after = ticksIn(readFileSync("/proc/stat", "utf8"));
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

/** Of all cores since the machine started; waiting for a disk is idle. */
export function ticksIn(stat: string): Ticks {
  const columns = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? "").split(" ").map(Number);
  // user nice system idle iowait irq softirq steal; the time of guests is in that of the users.
  const counted = columns.slice(0, 8);
  const all = counted.reduce((sum, ticks) => sum + ticks, 0);
  return { all, idle: (counted[3] ?? 0) + (counted[4] ?? 0) };
}
