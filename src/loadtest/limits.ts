import { KiB } from "../base/units.ts";

/** Limits of `src/loadtest`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const loadtestLimits = {
  /** Failed operations after which a kind of load is given up: then it measures nothing. */
  failures: 1_000,
  /** Milliseconds without any traffic after which a request of a load has failed. */
  silenceMs: 30_000,
  /** Bytes of the status line and headers of a response. */
  answerHeadBytes: 64 * KiB,
} as const;
