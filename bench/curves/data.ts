/** What a curve is made of, as it is kept beside its picture. */
import { cpus } from "node:os";
import type { CurveName } from "./curves.ts";

/** One series at one place on the axis: medians of rounds that took turns with those of the other series. */
export interface Point {
  readonly series: string;
  /** Where on the axis: so many manifests, requests at a time, bytes. */
  readonly at: number;
  readonly perSecond?: number;
  readonly megabytesPerSecond?: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the registry's process took of its core for one operation, in all of its threads. */
  readonly processorUs?: number;
  /** Its resident memory afterwards. */
  readonly megabytes?: number;
  /** Operations that did not go well, and the first in words. */
  readonly failed?: number;
  readonly failure?: string;
}

export interface CurveData {
  readonly curve: CurveName;
  readonly machine: string;
  readonly runtime: string;
  readonly points: readonly Point[];
}

export function curveData(curve: CurveName, points: readonly Point[]): CurveData {
  const all = cpus();
  const machine = `${all.length} × ${all[0]?.model ?? "an unknown processor"}`;
  return { curve, machine, runtime: `Bun ${Bun.version}`, points };
}

/** What was measured now takes the place of what was known of the same series at the same place; the rest stays. */
export function merge(known: readonly Point[], measured: readonly Point[]): Point[] {
  const placeOf = ({ series, at }: Point) => `${at} ${series}`;
  const fresh = new Set(measured.map(placeOf));
  return [...known.filter((point) => !fresh.has(placeOf(point))), ...measured].toSorted((a, b) => a.at - b.at);
}

/** Each series with its points in the order of the axis; in the order in which they were measured. */
export function seriesOf(points: readonly Point[]): ReadonlyMap<string, readonly Point[]> {
  return Map.groupBy(points, ({ series }) => series);
}

/** Three digits say more than these figures know. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
