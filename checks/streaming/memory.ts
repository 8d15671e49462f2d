import { readFileSync } from "node:fs";

const MB = 1_000_000;
const sampleMs = 20;

export const memoryBarMb = 200;

/** Samples the resident memory of a process, as Linux counts it. */
export class MemoryWatch {
  readonly #pid: number;
  readonly #timer: Timer;
  #peak = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#sample(), sampleMs);
  }

  /**
   * Ends the watch; throws if the memory exceeded the limit at any time, also according to the system's own peak
   * value.
   */
  stop(): string {
    clearInterval(this.#timer);
    this.#sample();
    const highWater = readMemory(this.#pid, "VmHWM");
    const text = `peak RSS ${toMb(this.#peak)} MB sampled, ${toMb(highWater)} MB at the high-water mark`;
    if (Math.max(this.#peak, highWater) >= memoryBarMb * MB) throw new Error(`${text}; the bar is ${memoryBarMb} MB`);
    return text;
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, readMemory(this.#pid, "VmRSS"));
  }
}

function toMb(bytes: number): number {
  return Math.round(bytes / MB);
}

/** The value in bytes; 0 if the process has just exited. */
export function readMemory(pid: number, field: "VmRSS" | "VmHWM"): number {
  try {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
