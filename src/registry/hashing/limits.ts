import { KiB, MiB } from "../../base/units.ts";

/** Limits of `src/registry/hashing`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const hashingLimits = {
  /**
   * The maximum number of running hashes of upload sessions that stay in the cache between requests. Others are
   * computed again from storage.
   */
  runningHashes: 4_096,
  /** The maximum number of threads that hash uploads. It is never more than the number of cores. */
  hashThreads: 4,
  /** The maximum size of an upload, in bytes, that is hashed in the thread that receives it. */
  hashedAtOnceBytes: 128 * KiB,
  /** The number of bytes of an upload after which its hash thread receives the next part. */
  hashedTogetherBytes: 256 * KiB,
  /**
   * The maximum number of bytes of an upload that are written but not hashed yet. At this limit the socket waits, so
   * that the bytes are still in the page cache.
   */
  hashedAheadBytes: 4 * MiB,
} as const;
