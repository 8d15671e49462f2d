import { KiB, MiB, GiB, minuteMs } from "../base/units.ts";

/** Limits of `src/http`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const httpLimits = {
  /** Seconds for which a browser may cache the answer to a preflight. Chromium allows at most 7,200. */
  preflightSeconds: 600,
  /**
   * The maximum number of characters in the list of request headers of a preflight. A longer list gets no permission.
   */
  preflightHeaderCharacters: 4 * KiB,
  /**
   * The maximum number of proxies in `X-Forwarded-For` or `Forwarded` that Lading reads, starting from the last one.
   */
  forwardedHops: 32,
  /** The maximum number of characters of these headers that Lading reads, from the end. */
  forwardedCharacters: 4_096,
  /**
   * The header length in bytes up to which a request's headers are read at once. Requests with longer ones are spread
   * over turns of the event loop.
   */
  headerReadAtOnceBytes: 4 * KiB,
  /**
   * The size of a piece, in bytes, in which Lading reads and sends a response of several ranges. A shorter response
   * is built at once.
   */
  multipartPieceBytes: 64 * KiB,
  /** The maximum number of pieces of responses with several ranges that are read from files at the same time. */
  multipartReads: 4,
  /** The maximum announced length of a request body, in bytes, that is read as a whole. */
  bodyReadAtOnceBytes: 16 * KiB,
  /**
   * The maximum number of request bodies that all workers read at the same time, including those of which almost
   * nothing has arrived.
   */
  bodiesInFlight: 8_000,
  /**
   * The maximum number of requests in all workers that write a blob of more than `bodyReadAtOnceBytes` at the same
   * time.
   */
  blobWritesInFlight: 2_000,
  /** The maximum number of requests that wait to write a blob. Bun buffers about 2 MB of the body of each. */
  blobWritesWaiting: 32,
  /**
   * The size in bytes up to which pieces of a blob are joined, so that a client that sends single bytes causes few
   * writes.
   */
  blobPieceLeastBytes: 1 * KiB,
  /**
   * The maximum memory, in bytes, for request bodies of up to `manifestReadAtOnceBytes` in all workers together. They
   * are charged for the bytes that have arrived.
   */
  smallBodyBytes: 4 * MiB,
  /** The maximum memory, in bytes, for larger bodies in all workers together. Each is charged as a whole. */
  largeBodyBytes: 12 * MiB,
  /**
   * The maximum number of requests in all workers that wait for memory for such a body. Bun buffers about 2 MB of
   * each.
   */
  bodiesWaiting: 16,
  /** Milliseconds that a request waits for its share of a budget. After that, it gets 429. */
  budgetWaitMs: 5_000,
  /** Milliseconds between two checks for a slow client that has to give way to a waiting request. */
  budgetLookMs: 100,
  /**
   * Milliseconds of waiting for a client after which it may have to give way. Only the slowest client gives way, so
   * the time is short: otherwise clients that reconnect repeatedly could take all places.
   */
  slowAfterMs: 250,
  /** The rate in bytes per second below which a client that uploads a blob is slow. */
  slowUploadBytesPerSecond: 16 * KiB,
  /** The rate in bytes per second below which a client is slow that sends a body into memory: 4 MiB in a minute. */
  slowBodyBytesPerSecond: 70 * KiB,
  /** Milliseconds in which a body that is read into memory must arrive, in addition to one silence of its client. */
  heldBodyMs: 1 * minuteMs,
  /** The maximum depth of nested lists and objects in a JSON body. Its schema needs less. */
  jsonBodyDepth: 32,
  /** The maximum number of characters of the place in a JSON body that an error names. */
  pointerCharacters: 256,
  /**
   * The maximum number of responses of unknown length that all workers send at the same time. The kernel buffers up to 4
   * MiB of each.
   */
  streamedReplies: 500,
  /** The maximum number of requests in all workers that wait to send such a response. */
  streamedRepliesWaiting: 100,
  /** The size in bytes above which a response is large. Large responses start one after the other. */
  largeReplyBytes: 1 * MiB,
  /** Milliseconds between the starts of two large responses. */
  largeRepliesApartMs: 1,
  /** The maximum number of large responses in all workers that wait for their start. */
  largeRepliesWaiting: 2_000,
  /** Milliseconds between two looks for responses that are sent: the precision of their duration in the log. */
  sentLookMs: 10,
  /** The maximum number of responses in one such look, so that it takes less than a tenth of a millisecond. */
  sentLooks: 64,
  /** Milliseconds between two large list pages of a process. */
  largePagesApartMs: 50,
  /** The maximum number of large list pages that wait in a process. */
  largePagesWaiting: 200,
  /** The size in bytes above which manifests and lists are sent from a file (docs/decisions/0019). */
  replyInMemoryBytes: 64 * KiB,
  /** The maximum size of such files of all workers, in bytes. */
  replyFileBytes: 1 * GiB,
  /** The maximum size of such responses in memory while no file can be written, in bytes. */
  replyFallbackBytes: 16 * MiB,
  /** Milliseconds for which such a file stays after its last use, at least. */
  replyFileLeastMs: 10_000,
  /** Milliseconds for which it stays after its last use, at most. */
  replyFileIdleMs: 10 * minuteMs,
  /** The maximum size of removed files that slow clients may still have open, as a multiple of `replyFileBytes`. */
  replyFilesRemoved: 4,
  /** Bytes of sent or received manifests after which the garbage collector of the runtime runs. */
  collectedManifestBytes: 16 * MiB,
  /** Milliseconds between two checks for silent clients. */
  silenceLookMs: 1_000,
  /** The number of file descriptors that connections leave free; at most a quarter of all. */
  descriptorsReserved: 128,
  /** Milliseconds between two checks of the free file descriptors. */
  descriptorCheckMs: 250,
  /** Milliseconds between two log lines about few file descriptors. */
  descriptorWarningMs: 60_000,
  /** Seconds without traffic after which a connection is closed. Bun's maximum is 255. */
  idleSeconds: 255,
  /** The number of entries up to which a list page is sent as soon as it is read. */
  pageEntriesAtOnce: 1_000,
  /** The maximum size of the router's cache of request paths, in bytes. */
  knownPathsBytes: 4 * MiB,
  /**
   * Milliseconds for which the servers of the old and the new certificate both listen. During this time, responses of
   * the old one ask clients to reconnect.
   */
  handoverMs: 2_000,
  /** The maximum number of characters of a client's user agent in a log line. */
  loggedUserAgentCharacters: 256,
  /** The maximum number of characters of a request path in a log line. */
  loggedPathCharacters: 1_024,
  /** The maximum number of characters of the reason in a log line, including the stack of a defect. */
  loggedErrorCharacters: 4_096,
} as const;
