import type { Figures } from "../../src/loadtest/measurement.ts";
import { rounded, type Point } from "./point.ts";

export interface Round {
  readonly figures: Figures;
  /** The CPU time of the registry during the round. */
  readonly processorUs: number;
}

/** The medians of the rounds, with the known fields of the point. */
export function pointOf(known: Pick<Point, "series" | "at" | "megabytes">, rounds: readonly Round[]): Point {
  const of = (value: (figures: Figures) => number) => rounded(median(rounds.map(({ figures }) => value(figures))));
  const served = rounds.filter(({ figures }) => figures.operations > 0);
  const failed = rounds.reduce((sum, { figures }) => sum + figures.failed, 0);
  const failure = rounds.flatMap(({ figures }) => figures.failures)[0];
  const each = served.map(({ figures, processorUs }) => processorUs / figures.operations);
  return {
    ...known,
    perSecond: of(({ operationsPerSecond }) => operationsPerSecond),
    megabytesPerSecond: of(({ megabytesPerSecond }) => megabytesPerSecond),
    p50Ms: of(({ latencyMs }) => latencyMs.p50),
    p99Ms: of(({ latencyMs }) => latencyMs.p99),
    ...(each.length > 0 && { processorUs: rounded(median(each)) }),
    ...(failure && { failed, failure: failure.first }),
  };
}

export function secondsOf(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { figures }) => sum + figures.seconds, 0);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
