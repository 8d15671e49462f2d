/** What the store can count. Repositories are those in the catalogue; blobs are those of all repositories together. */
export const counted = ["repositories", "manifests", "tags", "blobs"] as const;
/** One of the countable things. */
export type Counted = (typeof counted)[number];

/** The reads of a metadata store about the work that no client asks for. */
export interface MaintenanceReads {
  /**
   * Counts rows, for the metrics. It is the only read whose cost grows with the number of stored rows: a few
   * milliseconds for a million.
   */
  count(what: Counted): Promise<number>;
  /** Of the given keys, those that no blob has. */
  unnamedKeys(keys: readonly string[]): Promise<string[]>;
}

/** The writes of a metadata store about the work that no client asks for. */
export interface MaintenanceWrites {
  /** Resolves if a transaction that changes nothing succeeds. */
  checkWritable(): Promise<void>;
}
