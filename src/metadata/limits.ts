import { KiB, hourMs } from "../base/units.ts";

/** Limits of `src/metadata`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const metadataLimits = {
  /** Milliseconds for which the bytes of an inline blob count as verified after a manifest has referred to it. */
  verifiedForMs: 100,
  /** Inline blobs that are remembered as verified. */
  verifiedBlobs: 1_000,
  /** References of a manifest that are looked up where its request is answered. More are looked up in a thread. */
  referencesAtOnce: 100,
  /**
   * Upload sessions that one client may have open. A push of an image has some ten. Clients behind one proxy that is
   * not trusted count as one client.
   */
  uploadSessionsOfClient: 20_000,
  /** Milliseconds after which an upload session without bytes is written to the database. */
  pendingUploadMs: 500,
  /** Milliseconds between two looks for such sessions. */
  pendingUploadLookMs: 50,
  /** Such sessions that are written at a time, since other writes wait behind them. */
  pendingUploadRows: 64,
  /**
   * Upload sessions without bytes that are in memory only. Further ones are written at once; all of them may be
   * written in one turn, so this is less than `metadataQueue`.
   */
  pendingUploads: 1_000,
  /** Milliseconds that a pin must still hold. A HEAD or a push renews a pin that ends sooner. */
  pinRenewMs: 1 * hourMs,
  /**
   * Bytes of a descriptor in the table of referrers. Rows of that table are in the order of the lists and must be
   * short; longer descriptors are in a separate table.
   */
  listedDescriptorBytes: 640,
  /** Rows whose sizes are summed at a time for the metrics: about a millisecond of the event loop. */
  measuredRows: 10_000,
  /** Writes in one group commit. */
  commitGroup: 64,
  /** Writes that wait for the database writer. Further writes get 503. */
  metadataQueue: 10_000,
  /**
   * Milliseconds that a write waits for the database writer. Then it gets 503, and so do further writes until the
   * writer answers again.
   */
  writerAnswerMs: 25_000,
  /** Milliseconds that a worker waits for its supervisor. Then the request gets 503. */
  supervisorAnswerMs: 30_000,
  /**
   * Bytes that must be free on the disk of the database, after it was full, before `/readyz` reports that the
   * registry can write.
   */
  metadataRoomBytes: 256 * KiB,
  /** Milliseconds between two attempts to write after the database has failed. */
  writerRetryMs: 250,
  /** Milliseconds between two checks that the database files are in their places. */
  databaseFilesCheckMs: 1_000,
} as const;
