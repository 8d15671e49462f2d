import { hourMs } from "../../base/units.ts";

/** Limits of `src/registry/uploads`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const uploadLimits = {
  /** Milliseconds that a request waits for another request that writes to the same upload session. */
  uploadHandoverMs: 3_000,
  /** Milliseconds after which an upload session without bytes expires: to start one costs its client nothing. */
  emptyUploadLifetimeMs: 1 * hourMs,
  /** Milliseconds without a request after which an upload session expires with its bytes (CAN-04). */
  uploadLifetimeMs: 7 * 24 * hourMs,
  /** Files that are looked up in the database at a time. */
  orphanSweepBatch: 1_000,
  /** Milliseconds that an object without a row must be old before it is removed, since its row is written after it. */
  orphanGraceMs: 1 * hourMs,
  /** Objects without a row that are remembered from one pass to the next, which removes them. */
  orphanSuspects: 10_000,
  /**
   * Objects without a row above which, if they are more than half of all, nothing is removed: then the database does
   * not belong to the files.
   */
  orphansExpected: 100,
  /** Expired upload sessions that are removed in one step. */
  uploadSweepBatch: 100,
  /** Repositories that are tried for a mount that names none. */
  mountCandidates: 100,
} as const;
