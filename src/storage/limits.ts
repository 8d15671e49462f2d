/** Limits of `src/storage`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const storageLimits = {
  /** Uploads up to which writing and hashing overlap. With more, memory is more important than speed. */
  overlappedWrites: 16,
  /** Files that are synced at the same time. */
  concurrentSyncs: 16,
} as const;
