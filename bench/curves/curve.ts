import type { Client } from "../../src/loadtest/http/client.ts";
import type { Operation } from "../../src/loadtest/workload.ts";
import type { Point } from "./point.ts";
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

/** By the names of their series; each counts by itself how often it was done, so that nothing is pushed twice. */
export type Operations = Readonly<Record<string, (client: Client) => Promise<number>>>;

/** A registry that is ready to be measured at one place on the axis. */
export interface Subject {
  readonly at: number;
  readonly registry: PinnedRegistry;
  readonly concurrency: number;
  readonly operations: Operations;
  /** What could only be measured before. */
  readonly points?: readonly Point[];
}

/** `base` to the powers from one to the other. */
export function powers(base: number, from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => base ** (from + index));
}

export function numbered(operations: Readonly<Record<string, Operation>>): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([series, operation]) => {
      let next = 0;
      return [series, (client: Client) => operation(client, next++)];
    }),
  );
}
