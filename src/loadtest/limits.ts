import { KiB } from "../base/units.ts";

/** Limits of `src/loadtest`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const loadtestLimits = {
  /** Maximum number of failed operations of a kind of load. Then this load stops, because it measures nothing. */
  failures: 1_000,
  /** Timeout of a request of a load without any traffic. */
  silenceMs: 30_000,
  /** Bytes of the status line and headers of a response. */
  answerHeadBytes: 64 * KiB,
} as const;
