import { setTimeout as sleep } from "node:timers/promises";
import { loadtestLimits } from "./limits.ts";
import { parseRepositoryName } from "../oci/repository-name.ts";
import type { RandomBytes } from "./content.ts";
import { Failure } from "./failure.ts";
import { Client } from "./http/client.ts";
import type { Origin } from "./http/origin.ts";
import { figuresOf, Measurement, type Figures } from "./measurement.ts";
import type { Operation } from "./workload.ts";
import { workloads, type WorkloadName } from "./workloads.ts";

/** The parameters of a workload's run. */
export interface Load {
  readonly origin: Origin;
  /** The parent of the workloads' repositories. Each workload has its own. */
  readonly repository: string;
  readonly concurrency: number;
  /** No operation begins after this time. */
  readonly seconds: number;
  /** Maximum number of operations. */
  readonly count?: number;
  readonly size: number;
  readonly random: RandomBytes;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

/** Receives the progress of a run. */
export interface Watcher {
  preparing(work: WorkloadName): void;
  running(work: WorkloadName, measurement: Measurement): void;
}

/**
 * Pause of a client after a failed operation, in milliseconds. Otherwise a client that cannot connect would retry in a
 * busy loop.
 */
const pauseMs = 10;

/** Prepares a workload and runs it. If the preparation fails, the results have only that failure. */
export async function runLoad(work: WorkloadName, load: Load, watcher: Watcher): Promise<Figures> {
  const measurement = new Measurement();
  const concurrency = concurrencyOf(work, load);
  const clients = Array.from({ length: concurrency }, () => new Client(load.origin));
  watcher.preparing(work);
  const operation = await prepared(work, load, measurement);
  watcher.running(work, measurement);
  const start = load.now();
  if (operation) await repeat(operation, clients, load, measurement);
  const seconds = (load.now() - start) / 1000;
  const requests = clients.reduce((sum, client) => sum + client.requests, 0);
  for (const client of clients) client.close();
  return figuresOf(measurement, { work, concurrency, seconds, requests });
}

function concurrencyOf(work: WorkloadName, { concurrency }: Load): number {
  const workload = workloads[work];
  return "concurrency" in workload ? (workload.concurrency ?? concurrency) : concurrency;
}

async function prepared(work: WorkloadName, load: Load, measurement: Measurement): Promise<Operation | undefined> {
  const { origin, repository, size, random } = load;
  const name = parseRepositoryName(`${repository}/${work}`);
  if (!name) throw new Error(`${repository}/${work} is not a valid repository name`);
  const client = new Client(origin);
  try {
    return await workloads[work].prepare({ client, repository: name, size, random });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    measurement.fail(new Failure(`not prepared: ${error.kind}`, error.message));
    return undefined;
  } finally {
    client.close();
  }
}

/** Runs all clients concurrently, each with one operation after the other, until the end of the run. */
export async function repeat(
  operation: Operation,
  clients: readonly Client[],
  load: Pick<Load, "seconds" | "count" | "now">,
  measurement: Measurement,
): Promise<void> {
  const end = load.now() + load.seconds * 1000;
  const most = load.count ?? Number.POSITIVE_INFINITY;
  let started = 0;
  const mayContinue = () => started < most && measurement.failed < loadtestLimits.failures && load.now() < end;
  await Promise.all(
    clients.map(async (client) => {
      while (mayContinue()) await once(operation, client, started++, load.now, measurement);
    }),
  );
}

async function once(operation: Operation, client: Client, nth: number, now: Load["now"], measurement: Measurement) {
  const start = now();
  try {
    const bytes = await operation(client, nth);
    measurement.succeed(now() - start, bytes);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    measurement.fail(error);
    await sleep(pauseMs);
  }
}
