import type { Operation } from "../../src/bench/workload.ts";
import type { Point } from "./data.ts";
import type { PinnedRegistry } from "./pinned-registry.ts";
import type { Place } from "./place.ts";

/** One thing that grows, and what is measured while it does. */
export interface Curve {
  /** Along the axis, the smallest first. */
  readonly sizes: readonly number[];
  /** Bytes of disk that one of them needs. */
  room(size: number): number;
  /** Makes all that has to be there before it is measured. */
  prepare(size: number, place: Place): Promise<Subject>;
}

/** A registry that is ready to be measured at one place on the axis. */
export interface Subject {
  readonly at: number;
  readonly registry: PinnedRegistry;
  readonly concurrency: number;
  /** By the names of their series. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** What could only be measured before. */
  readonly points?: readonly Point[];
}

/** `base` to the powers from one to the other. */
export function powers(base: number, from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => base ** (from + index));
}
