/**
 * What the store can count. Repositories are those in the catalogue; blobs are those of all repositories together;
 * uploads are upload sessions.
 */
export const counted = ["repositories", "manifests", "tags", "blobs", "uploads"] as const;
/** One of the countable things. */
export type Counted = (typeof counted)[number];

/** The content whose bytes the store can sum. A blob of several repositories counts once. */
export const measured = ["manifests", "blobs"] as const;
/** One kind of such content. */
export type Measured = (typeof measured)[number];

/** The bytes of a part of the content. */
export interface MeasuredPart {
  readonly bytes: number;
  /** Where the next part begins; absent after the last one. */
  readonly next?: number;
}

/** The reads of a metadata store about the work that no client asks for. */
export interface MaintenanceReads {
  /**
   * Counts rows, for the metrics. It is the only read whose cost grows with the number of stored rows: a few
   * milliseconds for a million.
   */
  count(what: Counted): Promise<number>;
  /**
   * Sums the sizes of a part of the content, for the metrics. The first part begins at 0. A part takes about a
   * millisecond, so that the caller can answer requests between two parts.
   */
  measure(what: Measured, from: number): Promise<MeasuredPart>;
  /** Of the given keys, those that no blob has. */
  unnamedKeys(keys: readonly string[]): Promise<string[]>;
}

/** The writes of a metadata store about the work that no client asks for. */
export interface MaintenanceWrites {
  /** Resolves if a transaction that changes nothing succeeds. */
  checkWritable(): Promise<void>;
}
