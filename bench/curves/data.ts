/** The data of a curve, as it is stored next to its picture. */
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

/** Merges the points. A new point replaces the known point of the same series and size. */
export function merge(known: readonly Point[], measured: readonly Point[]): Point[] {
  const fresh = new Set(measured.map(placeOf));
  return [...known.filter((point) => !fresh.has(placeOf(point))), ...measured].toSorted((a, b) => a.at - b.at);
}

/** The points of each series, sorted along the axis. The series are in the order of their measurement. */
export function seriesOf(points: readonly Point[]): ReadonlyMap<string, readonly Point[]> {
  return Map.groupBy(points, ({ series }) => series);
}
