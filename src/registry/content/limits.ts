import { KiB, MiB, hourMs } from "../../base/units.ts";

/** Limits of `src/registry/content`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const contentLimits = {
  /**
   * The maximum number of references of a manifest that are looked up in the transaction that stores it, if all of
   * them are inline.
   */
  referencesInTransaction: 16,
  /**
   * The maximum pause after a large manifest is parsed, in milliseconds. The pause is as long as the parsing took.
   */
  manifestRestMs: 100,
  /**
   * Attempts to merge a push of a schema 1 manifest while other pushes add signatures. Eight of them can, each once.
   */
  signatureMerges: 10,
  /**
   * The time for which a committed or mounted blob stays pinned, in milliseconds, whether a manifest refers to it or
   * not.
   */
  pinMs: 24 * hourMs,
  /**
   * The time, in milliseconds, that a read waits for a write that it causes, such as a pin. After that, it answers
   * without the write.
   */
  writeInPassingMs: 250,
  /** The maximum number of pins in the memory of one process that are not yet in the database. */
  unwrittenPins: 50_000,
  /** Milliseconds between two attempts to write those pins. */
  pinRetryMs: 1_000,
  /** The time, in milliseconds, for which deleted content can be restored. */
  trashMs: 48 * hourMs,
  /** The maximum number of tags, repositories or referrers on one page, whatever `n` says. */
  pageEntries: 10_000,
  /** The number of repositories on one catalogue page if `n` is absent (CAT-02). */
  catalogDefaultEntries: 100,
  /** The maximum number of events of a tag's history on one page, whatever `n` says. */
  historyEntries: 1_000,
  /** The number of events of a tag's history on one page if `n` is absent. */
  historyDefaultEntries: 100,
  /**
   * The maximum size of a page of referrers, in bytes. Clients read at most 4 MiB (REF-08), and a large page delays
   * other requests.
   */
  referrersPageBytes: 2 * MiB,
  /**
   * The maximum size of a blob, in bytes, that Lading reads into memory. The kernel copies the file of a larger one.
   */
  blobReadAtOnceBytes: 16 * KiB,
  /** The maximum size of such blobs in the cache, in bytes. */
  smallBlobsBytes: 16 * MiB,
} as const;
