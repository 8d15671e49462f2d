import { minuteMs } from "../base/units.ts";

/** Limits of `src/jobs`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const jobLimits = {
  /** Milliseconds between two sweeps of expired upload sessions. */
  uploadSweepMs: 10 * minuteMs,
  /**
   * Milliseconds between two sweeps for files without a row. Each looks at one directory of the storage; 512 of them are a
   * pass.
   */
  orphanStepMs: 2_000,
  /** Milliseconds between two counts of the stored content for the metrics. */
  contentCountMs: 1 * minuteMs,
} as const;
