import { KiB, MiB } from "./units.ts";

/** Limits of `src/base`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const baseLimits = {
  /** Maximum size of a file with certificates or a key. The certificates of all public authorities need a quarter. */
  certificateFileBytes: 1 * MiB,
  /** Characters of a name or a value that a message shows. */
  shownCharacters: 120,
  /** Characters of a message on standard error. A longer one loses its middle. */
  messageCharacters: 1_000,
  /** Characters at the end of such a message, where the advice is. */
  messageEndCharacters: 400,
  /** Bytes that may come from one byte of a compressed layer. A layer that inflates more is refused. */
  inflationRatio: 250,
  /** Bytes of inflated data below which the ratio is not checked. */
  inflationSlack: 16 * MiB,
  /** Bytes that are inflated at a time. */
  inflatedPieceBytes: 64 * KiB,
  /**
   * Buffers from this size on are released as soon as they are not used any more. Smaller ones are left to the
   * garbage collector, which takes less time for them.
   */
  releasedBufferBytes: 16 * KiB,
  /**
   * Milliseconds that long pieces of work may take together in one turn of the event loop. The next piece waits for
   * the next turn.
   */
  turnMs: 5,
  /** Pieces of work shorter than this many milliseconds never wait for a turn. */
  turnPieceMs: 0.2,
  /** Pieces of work that are expected to take less than this many milliseconds run before longer ones. */
  turnShortMs: 1,
  /** Milliseconds between two looks of the event loop monitor. It does not see shorter stalls. */
  loopMonitorMs: 10,
  /** Bytes that each cache entry costs in addition to its content: keys, objects and headers. */
  cacheEntryBytes: 1 * KiB,
  /**
   * Hashes of keys that a cache remembers of first requests. An entry is admitted to the cache on the second request
   * for it.
   */
  cacheHashes: 16_384,
  /**
   * Milliseconds in which workers exit after they have lost their supervisor. A start on the same data directory
   * waits for them.
   */
  workerEndMs: 3_000,
  /** Milliseconds that a slow reader of the log has at the end to take the last lines. */
  logDrainMs: 1_000,
  /** Milliseconds that a log line waits at most for others, so that they are written together. */
  logFlushMs: 20,
  /**
   * Characters of log lines that wait for a slow reader; an escaped character counts as six. Further lines are
   * dropped and counted.
   */
  logBufferCharacters: 4 * MiB,
} as const;
