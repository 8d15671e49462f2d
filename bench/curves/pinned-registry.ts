import { readFileSync } from "node:fs";
import { Client } from "../../src/loadtest/http/client.ts";
import type { Origin } from "../../src/loadtest/http/origin.ts";
import { Measurement } from "../../src/loadtest/measurement.ts";
import { repeat } from "../../src/loadtest/run.ts";
import type { Operation } from "../../src/loadtest/workload.ts";
import type { RegistryProcess } from "../../checks/crash/registry-process.ts";
import { readMemory } from "../../checks/streaming/memory.ts";

/** The unit in which Linux counts the CPU time of processes. */
const tickUs = 10_000;
/** The warm-up time of each operation. */
const warmUpSeconds = 1;
const warmUpClients = 16;

/** A registry with a separate core, if the machine has two. */
export class PinnedRegistry {
  readonly origin: Origin;
  /** The time from the start of the process to its first 200. */
  readonly readyMs: number;
  readonly #process: RegistryProcess;

  constructor(process: RegistryProcess) {
    this.#process = process;
    this.readyMs = process.readyMs;
    this.origin = { hostname: "127.0.0.1", port: process.port, host: `127.0.0.1:${process.port}` };
  }

  async withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client(this.origin);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  /** Sends many requests before the measurement, because the runtime compiles code that runs often. */
  async warmUp(operations: readonly Operation[]): Promise<void> {
    const load = { seconds: warmUpSeconds, now: () => performance.now() };
    const clients = Array.from({ length: warmUpClients }, () => new Client(this.origin));
    for (const operation of operations) await repeat(operation, clients, load, new Measurement());
    for (const client of clients) client.close();
  }

  /** The CPU time of the process so far, of all its threads. */
  processorUs(): number {
    const text = readFileSync(`/proc/${this.#process.pid}/stat`, "utf8");
    // The name in brackets may contain spaces. The user and system times are fields 14 and 15.
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
