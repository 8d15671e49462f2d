/** What the machine and its processes use, as Linux counts it. */
import { readFileSync } from "node:fs";
import { readMemory } from "../../checks/streaming/memory.ts";

const sampleMs = 20;

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

/** The most megabytes that one process of a server had while the work went on. */
export async function peakMegabytes(pid: number, work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const sample = () => {
    for (const each of processesOf(pid)) peak = Math.max(peak, readMemory(each, "VmRSS"));
  };
  const timer = setInterval(sample, sampleMs);
  try {
    await work();
    sample();
  } finally {
    clearInterval(timer);
  }
  return peak / 1e6;
}

/** A process and those that it has started. */
function processesOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processesOf)];
}

/** Of its first thread, which starts them in all servers here; none where it has just ended. */
function childrenOf(pid: number): number[] {
  try {
    return (readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").match(/\d+/g) ?? []).map(Number);
  } catch {
    return [];
  }
}

/** Of all cores since the machine started; waiting for a disk is idle. */
export function ticksIn(stat: string): Ticks {
  const columns = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? "").split(" ").map(Number);
  // user nice system idle iowait irq softirq steal; the time of guests is in that of the users.
  const counted = columns.slice(0, 8);
  const all = counted.reduce((sum, ticks) => sum + ticks, 0);
  return { all, idle: (counted[3] ?? 0) + (counted[4] ?? 0) };
}
