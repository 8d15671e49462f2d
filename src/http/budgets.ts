import { httpLimits } from "./limits.ts";
import { ociLimits } from "../oci/limits.ts";

/** What the requests of one process may take of the machine together, each with its unit. */
export interface Budgets {
  /** Bodies that are read at the same moment. */
  readonly bodies: number;
  /** Blobs that are written at the same moment, and requests that wait until they may write one. */
  readonly blobWrites: number;
  readonly blobWritesWaiting: number;
  /** Bytes of bodies of up to `ociLimits.manifestReadAtOnceBytes` that are held in memory, and of larger ones. */
  readonly smallBodyBytes: number;
  readonly largeBodyBytes: number;
  /** Requests that wait until their body fits into either of them. */
  readonly bodiesWaiting: number;
  /** Replies of more than `httpLimits.largeReplyBytes` that wait for their turn. */
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
    bodies: part(httpLimits.bodiesInFlight),
    blobWrites: part(httpLimits.blobWritesInFlight),
    blobWritesWaiting: part(httpLimits.blobWritesWaiting, 4),
    smallBodyBytes: part(httpLimits.smallBodyBytes, ociLimits.manifestReadAtOnceBytes),
    // Less than one manifest could never be given to it.
    largeBodyBytes: part(httpLimits.largeBodyBytes, ociLimits.manifestBytes),
    bodiesWaiting: part(httpLimits.bodiesWaiting, 4),
    largeRepliesWaiting: part(httpLimits.largeRepliesWaiting, 100),
    replyInMemoryBytes: httpLimits.replyInMemoryBytes,
    replyFileBytes: part(httpLimits.replyFileBytes, ociLimits.manifestBytes),
    replyFallbackBytes: part(httpLimits.replyFallbackBytes, ociLimits.manifestBytes),
    waitMs: httpLimits.budgetWaitMs,
    slowAfterMs: httpLimits.slowAfterMs,
  };
}
