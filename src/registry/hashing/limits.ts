import { KiB, MiB } from "../../base/units.ts";

/** Limits of `src/registry/hashing`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const hashingLimits = {
  /** Running hashes of upload sessions that are cached between requests. Others are computed again from storage. */
  runningHashes: 4_096,
  /** Threads that hash uploads, at most; no more than the machine has cores. */
  hashThreads: 4,
  /** Uploads up to this size are hashed where they are received, without a thread. */
  hashedAtOnceBytes: 128 * KiB,
  /** Bytes of an upload after which its hash thread is told that there is more. */
  hashedTogetherBytes: 256 * KiB,
  /**
   * Bytes of an upload that may be written and not hashed yet. Then the socket waits, so that the bytes are still in
   * the page cache.
   */
  hashedAheadBytes: 4 * MiB,
} as const;
