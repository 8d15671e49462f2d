/** A registry on a core of its own, and the load on another. */
import { readFileSync, statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Origin } from "../../src/bench/http/origin.ts";
import { freePort } from "../../test/clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../../test/crash/registry-process.ts";
import { readMemory } from "../../test/streaming/memory.ts";

/** Linux counts the time of processes in these. */
const tickUs = 10_000;

export class PinnedRegistry {
  readonly origin: Origin;
  /** From the start of the process to its first 200. */
  readonly readyMs: number;
  readonly #process: RegistryProcess;

  constructor(process: RegistryProcess) {
    this.#process = process;
    this.readyMs = process.readyMs;
    this.origin = { hostname: "127.0.0.1", port: process.port, host: `127.0.0.1:${process.port}` };
  }

  /** What it has taken of processors so far, in all threads. */
  processorUs(): number {
    const text = readFileSync(`/proc/${this.#process.pid}/stat`, "utf8");
    // The name in brackets may have spaces; user and system time are the 14th and 15th field.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickUs;
  }

  megabytes(): number {
    return Math.round(readMemory(this.#process.pid, "VmRSS") / 1e6);
  }

  kill(): Promise<void> {
    return this.#process.kill();
  }
}

/** Where the registries of a run have their data. */
export class Place {
  readonly #root = scratchFolder("lading-curves-");
  readonly #by: readonly string[];
  #folders = 0;

  /** Takes the second core for this process; returns why not where that cannot be. */
  static async take(): Promise<{ readonly place: Place; readonly unpinned?: string }> {
    if (availableParallelism() < 2) return { place: new Place([]), unpinned: "there is one core only" };
    if (!Bun.which("taskset")) return { place: new Place([]), unpinned: "there is no taskset" };
    await Bun.$`taskset --all-tasks --cpu-list --pid 1 ${process.pid}`.quiet();
    return { place: new Place(["taskset", "--cpu-list", "0"]) };
  }

  private constructor(by: readonly string[]) {
    this.#by = by;
  }

  /** A data directory that goes away with the work. */
  async withData<T>(work: (data: string) => Promise<T>): Promise<T> {
    const data = join(this.#root, `data-${(this.#folders += 1)}`);
    try {
      return await work(data);
    } finally {
      await Bun.$`rm -rf ${data}`.quiet();
    }
  }

  async withRegistry<T>(data: string, work: (registry: PinnedRegistry) => Promise<T>): Promise<T> {
    const log = join(this.#root, "registry.log");
    const process = await RegistryProcess.start(await freePort(), data, log, { by: this.#by });
    try {
      return await work(new PinnedRegistry(process));
    } finally {
      await process.kill();
    }
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#root);
    return bavail * bsize;
  }
}
