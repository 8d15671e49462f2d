import type { Replies } from "./volley.ts";

/** Something that is meant to take the registry's memory or time from everybody else. */
export interface Bomb {
  readonly name: string;
  /** What may come back: statuses, or `closed`; at least one of the first has to. */
  readonly expected: readonly [string, ...string[]];
  /** Runs in a process of its own; resolves when the worst is over. */
  readonly drop: (port: number) => Promise<Replies>;
}
