import { KiB, MiB, hourMs } from "../../base/units.ts";

/** Limits of `src/registry/content`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const contentLimits = {
  /** References of a manifest that are looked up in the transaction that stores it, if all of them are inline. */
  referencesInTransaction: 16,
  /** Milliseconds of rest, at most, after a large manifest is parsed; the rest is as long as the parsing took. */
  manifestRestMs: 100,
  /**
   * Attempts to merge a push of a schema 1 manifest while other pushes add signatures. Eight of them can, each once.
   */
  signatureMerges: 10,
  /** Milliseconds for which a committed or mounted blob is pinned, referenced or not. */
  pinMs: 24 * hourMs,
  /** Milliseconds that a read waits for a write that it causes, such as a pin. Then it answers without it. */
  writeInPassingMs: 250,
  /** Pins in the memory of one process that could not be written yet. */
  unwrittenPins: 50_000,
  /** Milliseconds between two attempts to write them. */
  pinRetryMs: 1_000,
  /** Milliseconds for which deleted content can be restored. */
  trashMs: 48 * hourMs,
  /** Tags, repositories or referrers on one page, whatever `n` says. */
  pageEntries: 10_000,
  /** Repositories on one catalogue page if `n` is absent (CAT-02). */
  catalogDefaultEntries: 100,
  /** Events of a tag's history on one page, whatever `n` says. */
  historyEntries: 1_000,
  /** Events of a tag's history on one page if `n` is absent. */
  historyDefaultEntries: 100,
  /** Bytes of a page of referrers. Clients read 4 MiB at most (REF-08), and a large page delays other requests. */
  referrersPageBytes: 2 * MiB,
  /** Blobs up to this size are read into memory. For larger ones the kernel copies the file. */
  blobReadAtOnceBytes: 16 * KiB,
  /** Bytes of such blobs in the cache. */
  smallBlobsBytes: 16 * MiB,
} as const;
