import type { Replies } from "./volley.ts";

/** A load that tries to use up the registry's memory or time. */
export interface Bomb {
  readonly name: string;
  /** The allowed outcomes: statuses, or `closed`. At least one response must have the first one. */
  readonly expected: readonly [string, ...string[]];
  /** Applies the load in a separate process; resolves after its peak. */
  readonly drop: (port: number) => Promise<Replies>;
}
