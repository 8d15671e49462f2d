import { KiB, MiB, GiB, minuteMs } from "../base/units.ts";

/** Limits of `src/http`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const httpLimits = {
  /** Seconds for which a browser may remember what pages of another origin may do. Chromium takes at most 7,200. */
  preflightSeconds: 600,
  /** Characters of the request headers that a page asks for in a preflight. Of a longer list none is allowed. */
  preflightHeaderCharacters: 4 * KiB,
  /** Proxies in `X-Forwarded-For` or `Forwarded` that are looked at, from the last one on. */
  forwardedHops: 32,
  /** Characters of these headers that are looked at, from the end. */
  forwardedCharacters: 4_096,
  /**
   * Headers up to this length are read at once. Requests with a longer one are spread over the turns of the event
   * loop.
   */
  headerReadAtOnceBytes: 4 * KiB,
  /** Bytes of a piece in which a response of several ranges is read and sent. A shorter response is built at once. */
  multipartPieceBytes: 64 * KiB,
  /** Such pieces that are read from files at the same time. */
  multipartReads: 4,
  /** Request bodies that announce at most this many bytes are read as a whole. */
  bodyReadAtOnceBytes: 16 * KiB,
  /** Request bodies that all workers read at the same time, also those of which hardly a byte has arrived. */
  bodiesInFlight: 8_000,
  /** Requests in all workers that write a blob of more than `bodyReadAtOnceBytes` at the same time. */
  blobWritesInFlight: 2_000,
  /** Requests that wait until they may write. Bun holds some 2 MB of the body of each. */
  blobWritesWaiting: 32,
  /** Bytes up to which pieces of a blob are joined, so that a client that sends single bytes causes few writes. */
  blobPieceLeastBytes: 1 * KiB,
  /**
   * Bytes that bodies of up to `manifestReadAtOnceBytes` take together in the memory of all workers. They are
   * charged for what has arrived.
   */
  smallBodyBytes: 4 * MiB,
  /** Bytes that larger bodies take together in the memory of all workers. They are charged as a whole. */
  largeBodyBytes: 12 * MiB,
  /** Requests in all workers that wait for memory for such a body. Bun holds some 2 MB of each. */
  bodiesWaiting: 16,
  /** Milliseconds that a request waits for its share of a budget. Then it gets 429. */
  budgetWaitMs: 5_000,
  /** Milliseconds between two looks for a slow client that has to give way to a request that waits. */
  budgetLookMs: 100,
  /**
   * Milliseconds of waiting for a client after which it may have to give way. Only the slowest one gives way, so the
   * time is short; meanwhile, clients that reconnect again and again could take all places.
   */
  slowAfterMs: 250,
  /** Bytes per second below which a client that uploads a blob is slow. */
  slowUploadBytesPerSecond: 16 * KiB,
  /** Bytes per second below which a client that sends a body held in memory is slow: 4 MiB in a minute. */
  slowBodyBytesPerSecond: 70 * KiB,
  /** Milliseconds that a body held in memory has to arrive, beside one silence of its client. */
  heldBodyMs: 1 * minuteMs,
  /** Bytes above which a response is large: large responses start one after the other. */
  largeReplyBytes: 1 * MiB,
  /** Milliseconds between the starts of two large responses. */
  largeRepliesApartMs: 1,
  /** Large responses of all workers that wait for their start. */
  largeRepliesWaiting: 2_000,
  /** Milliseconds between two large list pages of a process. */
  largePagesApartMs: 50,
  /** Large list pages that wait in a process. */
  largePagesWaiting: 200,
  /** Bytes above which manifests and lists are sent from a file (docs/decisions/0019). */
  replyInMemoryBytes: 64 * KiB,
  /** Bytes of such files of all workers. */
  replyFileBytes: 1 * GiB,
  /** Bytes of such responses in memory while no file can be written. */
  replyFallbackBytes: 16 * MiB,
  /** Milliseconds for which such a file stays after its last use, at least. */
  replyFileLeastMs: 10_000,
  /** Milliseconds for which it stays after its last use, at most. */
  replyFileIdleMs: 10 * minuteMs,
  /** Removed files that slow readers may still have open, as a multiple of `replyFileBytes`. */
  replyFilesRemoved: 4,
  /** Bytes of manifests, sent or received, after which the garbage collector runs. */
  collectedManifestBytes: 16 * MiB,
  /** Milliseconds between two looks for silent clients. */
  silenceLookMs: 1_000,
  /** File descriptors that connections leave free, or a quarter of all. */
  descriptorsReserved: 128,
  /** Milliseconds between two looks at the free file descriptors. */
  descriptorCheckMs: 250,
  /** Milliseconds between two log lines about few file descriptors. */
  descriptorWarningMs: 60_000,
  /** Seconds without traffic after which a connection is closed. Bun's maximum is 255. */
  idleSeconds: 255,
  /** Entries up to which a list page is written as soon as it is read. */
  pageEntriesAtOnce: 1_000,
  /** Bytes of request paths in the cache of the router. */
  knownPathsBytes: 4 * MiB,
  /**
   * Milliseconds for which the servers of the old and the new certificate both listen, and responses of the old one
   * ask clients to reconnect.
   */
  handoverMs: 2_000,
  /** Characters of a client's user agent in a log line. */
  loggedUserAgentCharacters: 256,
  /** Characters of a request path in a log line. */
  loggedPathCharacters: 1_024,
  /** Characters of the reason in a log line, with the stack of a defect. */
  loggedErrorCharacters: 4_096,
} as const;
