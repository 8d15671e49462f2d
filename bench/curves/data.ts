/** What a curve is made of, as it is kept beside its picture. */
import { cpus } from "node:os";
import type { CurveName } from "./curves.ts";
import type { Point } from "./point.ts";

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

const placeOf = ({ series, at }: Point) => `${at} ${series}`;

/** What was measured now takes the place of what was known of the same series at the same place; the rest stays. */
export function merge(known: readonly Point[], measured: readonly Point[]): Point[] {
  const fresh = new Set(measured.map(placeOf));
  return [...known.filter((point) => !fresh.has(placeOf(point))), ...measured].toSorted((a, b) => a.at - b.at);
}

/** Each series with its points in the order of the axis; in the order in which they were measured. */
export function seriesOf(points: readonly Point[]): ReadonlyMap<string, readonly Point[]> {
  return Map.groupBy(points, ({ series }) => series);
}
