import type { Client } from "../../src/loadtest/http/client.ts";
import type { Operation } from "../../src/loadtest/workload.ts";
import type { Point } from "./point.ts";
import type { PinnedRegistry } from "./pinned-registry.ts";
import type { Place } from "./place.ts";

/** A quantity that grows, and the measurements for each of its sizes. */
export interface Curve {
  /** The sizes on the axis, in ascending order. */
  readonly sizes: readonly number[];
  /** The disk space for one size, in bytes. */
  room(size: number): number;
  /** Prepares a registry for one size. */
  prepare(size: number, place: Place): Promise<Subject>;
}

/** The operations by the names of their series. Each counts its calls, so that nothing is pushed twice. */
export type Operations = Readonly<Record<string, (client: Client) => Promise<number>>>;

/** A registry that is ready to be measured at one size. */
export interface Subject {
  readonly at: number;
  readonly registry: PinnedRegistry;
  readonly concurrency: number;
  readonly operations: Operations;
  /** Points that could only be measured during the preparation. */
  readonly points?: readonly Point[];
}

/** The powers of `base` from one exponent to the other. */
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
