import { Client } from "../../src/bench/http/client.ts";
import { figuresOf, Measurement, type Figures } from "../../src/bench/measurement.ts";
import { repeat } from "../../src/bench/run.ts";
import type { Operation } from "../../src/bench/workload.ts";
import { rounded, type Point } from "./data.ts";
import type { PinnedRegistry } from "./pinned-registry.ts";

export interface Effort {
  readonly concurrency: number;
  /** For each series, in all of its rounds. */
  readonly seconds: number;
  readonly rounds: number;
}

/** What one round found. */
interface Round {
  readonly figures: Figures;
  readonly processorUs: number;
}

/** The series by turns, so that what else the machine does falls on all of them. */
export async function measure(
  registry: PinnedRegistry,
  operations: Readonly<Record<string, Operation>>,
  at: number,
  effort: Effort,
): Promise<Point[]> {
  const clients = Array.from({ length: effort.concurrency }, () => new Client(registry.origin));
  const turns = Object.entries(operations).map(([series, operation]) => ({
    series,
    operation: numbered(operation),
    rounds: [] as Round[],
  }));
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const { operation, rounds } of turns) {
      // One that takes longer than all of its rounds should has its figures by now.
      if (secondsOf(rounds) >= effort.seconds) continue;
      rounds.push(await measureRound(registry, operation, clients, effort.seconds / effort.rounds));
    }
  }
  for (const client of clients) client.close();
  const megabytes = registry.megabytes();
  return turns.map(({ series, rounds }) => ({ series, at, ...pointOf(rounds), megabytes }));
}

/** So that the registry has seen such requests before it is measured. */
export async function warmUp(registry: PinnedRegistry, operations: readonly Operation[], seconds: number) {
  const client = new Client(registry.origin);
  const load = { seconds: seconds / operations.length, now: () => performance.now() };
  for (const operation of operations) await repeat(operation, [client], load, new Measurement());
  client.close();
}

/** Goes on counting from round to round: a push is never of the same thing twice. */
function numbered(operation: Operation): Operation {
  let begun = 0;
  return (client) => operation(client, begun++);
}

async function measureRound(
  registry: PinnedRegistry,
  operation: Operation,
  clients: readonly Client[],
  seconds: number,
): Promise<Round> {
  const measurement = new Measurement();
  const [start, before] = [performance.now(), registry.processorUs()];
  await repeat(operation, clients, { seconds, now: () => performance.now() }, measurement);
  const ran = { work: "", concurrency: clients.length, requests: 0, seconds: (performance.now() - start) / 1000 };
  return { figures: figuresOf(measurement, ran), processorUs: registry.processorUs() - before };
}

function pointOf(rounds: readonly Round[]): Omit<Point, "series" | "at"> {
  const figures = rounds.map((round) => round.figures);
  const of = (value: (figures: Figures) => number) => rounded(median(figures.map(value)));
  const operations = sum(figures.map((each) => each.operations));
  const failed = sum(figures.map((each) => each.failed));
  const failure = figures.flatMap((each) => each.failures)[0];
  return {
    perSecond: of((each) => each.operationsPerSecond),
    megabytesPerSecond: of((each) => each.megabytesPerSecond),
    p50Ms: of(({ latencyMs }) => latencyMs.p50),
    p99Ms: of(({ latencyMs }) => latencyMs.p99),
    ...(operations > 0 && { processorUs: rounded(sum(rounds.map((round) => round.processorUs)) / operations) }),
    ...(failure && { failed, failure: failure.first }),
  };
}

function secondsOf(rounds: readonly Round[]): number {
  return sum(rounds.map(({ figures }) => figures.seconds));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
