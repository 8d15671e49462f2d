/** The resource usage of the machine and its processes, as Linux counts it. */
import { readFileSync } from "node:fs";
import { readMemory } from "../../checks/streaming/memory.ts";

const sampleMs = 20;

interface Ticks {
  readonly all: number;
  readonly idle: number;
}

/** The used part of all cores during the work. */
export async function busyPart(work: () => Promise<void>): Promise<number> {
  const before = ticksIn(readFileSync("/proc/stat", "utf8"));
  await work();
  const after = ticksIn(readFileSync("/proc/stat", "utf8"));
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

/** The peak memory of the largest process of a server during the work, in megabytes. */
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

/** A process and its descendants. */
function processesOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processesOf)];
}

/** The children of the first thread, which starts them in all these servers; none if the process has just exited. */
function childrenOf(pid: number): number[] {
  try {
    return (readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").match(/\d+/g) ?? []).map(Number);
  } catch {
    return [];
  }
}

/** The times of all cores since the machine started. Waiting for a disk counts as idle. */
export function ticksIn(stat: string): Ticks {
  const columns = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? "").split(" ").map(Number);
  // user nice system idle iowait irq softirq steal; the time of the users includes the time of guests.
  const counted = columns.slice(0, 8);
  const all = counted.reduce((sum, ticks) => sum + ticks, 0);
  return { all, idle: (counted[3] ?? 0) + (counted[4] ?? 0) };
}
