import { hourMs } from "../../base/units.ts";

/** Limits of `src/registry/uploads`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const uploadLimits = {
  /** Milliseconds that a request waits for another request that writes to the same upload session. */
  uploadHandoverMs: 3_000,
  /** Milliseconds after which an upload session without bytes expires. It costs a client nothing to start one. */
  emptyUploadLifetimeMs: 1 * hourMs,
  /** Milliseconds without a request after which an upload session expires with its bytes (CAN-04). */
  uploadLifetimeMs: 7 * 24 * hourMs,
  /** The number of files that one query looks up in the database. */
  orphanSweepBatch: 1_000,
  /**
   * The age, in milliseconds, at which an object without a row is removed. The row of an object is written after the
   * object.
   */
  orphanGraceMs: 1 * hourMs,
  /**
   * The maximum number of objects without a row that are remembered between two passes. The second pass removes them.
   */
  orphanSuspects: 10_000,
  /**
   * The number of objects without a row above which nothing is removed if they are also more than half of all
   * objects: then the database does not belong to the files.
   */
  orphansExpected: 100,
  /** The maximum number of expired upload sessions that are removed in one step. */
  uploadSweepBatch: 100,
  /** The maximum number of repositories in which a mount without `from` looks for the blob. */
  mountCandidates: 100,
} as const;
