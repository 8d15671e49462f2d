import { httpLimits } from "./limits.ts";
import { ociLimits } from "../oci/limits.ts";

/** The maximum resources that all requests of one process may use together. */
export interface Budgets {
  /** Request bodies that the process reads at the same time. */
  readonly bodies: number;
  /** Blobs that the process writes at the same time, and requests that wait to write one. */
  readonly blobWrites: number;
  readonly blobWritesWaiting: number;
  /**
   * Bytes of request bodies in memory: of bodies of up to `ociLimits.manifestReadAtOnceBytes`, and of larger ones.
   */
  readonly smallBodyBytes: number;
  readonly largeBodyBytes: number;
  /** Requests that wait for memory of either kind. */
  readonly bodiesWaiting: number;
  /** Responses of more than `httpLimits.largeReplyBytes` that wait in the queue. */
  readonly largeRepliesWaiting: number;
  /** Responses of unknown length that the process sends at the same time, and requests that wait to send one. */
  readonly streamedReplies: number;
  readonly streamedRepliesWaiting: number;
  /** The response size in bytes above which the response is sent from a file. */
  readonly replyInMemoryBytes: number;
  /** Bytes of such files, and bytes of such responses in memory while no file can be written. */
  readonly replyFileBytes: number;
  readonly replyFallbackBytes: number;
  /** Milliseconds that a request waits for one of these resources. */
  readonly waitMs: number;
  /** Milliseconds of waiting for a client after which its request may have to give way to another. */
  readonly slowAfterMs: number;
}

/** The share of the machine's budgets for each of `processes` processes. */
export function budgetsOf(processes: number): Budgets {
  const part = (whole: number, least = 1) => Math.max(least, Math.floor(whole / processes));
  return {
    bodies: part(httpLimits.bodiesInFlight),
    blobWrites: part(httpLimits.blobWritesInFlight),
    blobWritesWaiting: part(httpLimits.blobWritesWaiting, 4),
    smallBodyBytes: part(httpLimits.smallBodyBytes, ociLimits.manifestReadAtOnceBytes),
    // With less memory than one manifest, a process could never accept it.
    largeBodyBytes: part(httpLimits.largeBodyBytes, ociLimits.manifestBytes),
    bodiesWaiting: part(httpLimits.bodiesWaiting, 4),
    largeRepliesWaiting: part(httpLimits.largeRepliesWaiting, 100),
    streamedReplies: part(httpLimits.streamedReplies),
    streamedRepliesWaiting: part(httpLimits.streamedRepliesWaiting, 4),
    replyInMemoryBytes: httpLimits.replyInMemoryBytes,
    replyFileBytes: part(httpLimits.replyFileBytes, ociLimits.manifestBytes),
    replyFallbackBytes: part(httpLimits.replyFallbackBytes, ociLimits.manifestBytes),
    waitMs: httpLimits.budgetWaitMs,
    slowAfterMs: httpLimits.slowAfterMs,
  };
}
