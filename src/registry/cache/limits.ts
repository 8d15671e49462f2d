import { KiB, MiB } from "../../base/units.ts";

/** Limits of `src/registry/cache`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const cacheLimits = {
  /** The maximum size of a stored manifest, in bytes, that the cache reads together with its record. */
  manifestReadWithRecordBytes: 16 * KiB,
  /**
   * The maximum number of results of the metadata store that stay in the cache until the next commit, for each kind.
   */
  answers: 10_000,
  /** The maximum size of the cached results with manifests, in bytes. */
  answeredManifestBytes: 24 * MiB,
  /** The maximum size of the verified manifests in the cache, in bytes. */
  verifiedManifestBytes: 24 * MiB,
} as const;
