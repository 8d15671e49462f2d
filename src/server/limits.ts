import { minuteMs } from "../base/units.ts";

/** Limits of `src/server`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const serverLimits = {
  /**
   * The maximum number of damaged blobs and manifests that a process remembers, so that it reports each of them once.
   */
  damageReportsKept: 10_000,
  /** Milliseconds between two checks of the files of the TLS certificate. */
  certificatePollMs: 1 * minuteMs,
  /** Milliseconds that requests in flight have after SIGTERM before their connections are closed. */
  drainMs: 20_000,
  /** Milliseconds after the end of the connections in which interrupted uploads make their received bytes durable. */
  settleMs: 5_000,
  /** Milliseconds between two heartbeats that the supervisor sends to each worker. */
  workerBeatMs: 1_000,
  /** The number of consecutive missed heartbeats after which a worker is killed. */
  workerSilentBeats: 10,
  /**
   * The number of consecutive missed heartbeats after which a worker that does not listen yet is killed. It is larger,
   * because a start takes time on a busy machine.
   */
  workerStartBeats: 60,
  /**
   * Milliseconds after which an exited worker is replaced. Each failed start doubles the pause before the next start.
   */
  workerRestartLeastMs: 50,
  /** The maximum pause in milliseconds before a worker that fails to start is started again. */
  workerRestartMostMs: 10_000,
  /** The maximum pause in milliseconds before a worker is started again while no other worker listens. */
  workerRestartMostAloneMs: 1_000,
  /** Milliseconds in which a worker must report its metrics. After that, its previous report counts. */
  workerSampleMs: 1_000,
} as const;
