import { minuteMs } from "../base/units.ts";

/** Limits of `src/server`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const serverLimits = {
  /** Damaged blobs and manifests that a process remembers, so that it reports each of them once. */
  damageReportsKept: 10_000,
  /** Milliseconds between two looks at the files of the TLS certificate. */
  certificatePollMs: 1 * minuteMs,
  /** Milliseconds that requests in flight have after SIGTERM before their connections are closed. */
  drainMs: 20_000,
  /** Milliseconds after that in which interrupted uploads persist what has arrived. */
  settleMs: 5_000,
  /** Milliseconds between two heartbeats that the supervisor asks of each worker. */
  workerBeatMs: 1_000,
  /** Heartbeats in a row after which a worker that has not answered is killed. */
  workerSilentBeats: 10,
  /** The same for a worker that does not listen yet, since a start takes time on a busy machine. */
  workerStartBeats: 60,
  /**
   * Milliseconds after which a worker that has exited is replaced. Each start that fails doubles the wait for the
   * next one.
   */
  workerRestartLeastMs: 50,
  /** Milliseconds of that wait at most. */
  workerRestartMostMs: 10_000,
  /** Milliseconds of that wait at most while no worker listens. */
  workerRestartMostAloneMs: 1_000,
  /** Milliseconds in which a worker must report its metrics. After that, the numbers that it reported before count. */
  workerSampleMs: 1_000,
} as const;
