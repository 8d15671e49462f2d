import { limits } from "../base/limits.ts";

/** What the requests of one process may take of the machine together, each with its unit. */
export interface Budgets {
  /** Bodies that are read at the same moment. */
  readonly bodies: number;
  /** Blobs that are written at the same moment, and requests that wait until they may write one. */
  readonly blobWrites: number;
  readonly blobWritesWaiting: number;
  /** Bytes of bodies of up to `limits.manifestReadAtOnceBytes` that are held in memory, and of larger ones. */
  readonly smallBodyBytes: number;
  readonly largeBodyBytes: number;
  /** Requests that wait until their body fits into either of them. */
  readonly bodiesWaiting: number;
  /** Replies of more than `limits.largeReplyBytes` that wait for their turn. */
  readonly largeRepliesWaiting: number;
  /** Replies of more bytes are sent from a file. */
  readonly replyInMemoryBytes: number;
  /** Bytes of such files, and of such replies where no file can be written. */
  readonly replyFileBytes: number;
  readonly replyFallbackBytes: number;
  /** Milliseconds that a request waits for one of these. */
  readonly waitMs: number;
  /** A client that has kept the registry waiting for so many milliseconds may have to give way to another. */
  readonly slowAfterMs: number;
}

/** The part of the machine's budgets that each of so many processes has. */
export function budgetsOf(processes: number): Budgets {
  const part = (whole: number, least = 1) => Math.max(least, Math.floor(whole / processes));
  return {
    bodies: part(limits.bodiesInFlight),
    blobWrites: part(limits.blobWritesInFlight),
    blobWritesWaiting: part(limits.blobWritesWaiting, 4),
    smallBodyBytes: part(limits.smallBodyBytes, limits.manifestReadAtOnceBytes),
    // Less than one manifest could never be given to it.
    largeBodyBytes: part(limits.largeBodyBytes, limits.manifestBytes),
    bodiesWaiting: part(limits.bodiesWaiting, 4),
    largeRepliesWaiting: part(limits.largeRepliesWaiting, 100),
    replyInMemoryBytes: limits.replyInMemoryBytes,
    replyFileBytes: part(limits.replyFileBytes, limits.manifestBytes),
    replyFallbackBytes: part(limits.replyFallbackBytes, limits.manifestBytes),
    waitMs: limits.budgetWaitMs,
    slowAfterMs: limits.slowAfterMs,
  };
}
