import type { Point } from "./data.ts";
import type { Place } from "./pinned-registry.ts";

/** One thing that grows, and what is measured while it does. */
export interface Curve {
  /** Along the axis, the smallest first. */
  readonly sizes: readonly number[];
  /** Bytes of disk that one size needs. */
  room(size: number): number;
  measure(size: number, setting: CurveSetting): Promise<readonly Point[]>;
}

export interface CurveSetting {
  readonly place: Place;
  /** For each series at each size. */
  readonly seconds: number;
  readonly rounds: number;
}

/** `base` to the powers from one to the other. */
export function powers(base: number, from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => base ** (from + index));
}
