import { KiB, MiB } from "../../base/units.ts";

/** Limits of `src/registry/cache`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const cacheLimits = {
  /** Stored manifests up to this size are read together with their records. */
  manifestReadWithRecordBytes: 16 * KiB,
  /** Results of the metadata store, of each kind, that are cached until the next commit. */
  answers: 10_000,
  /** Bytes of cached results with manifests. */
  answeredManifestBytes: 24 * MiB,
  /** Bytes of verified manifests in the cache. */
  verifiedManifestBytes: 24 * MiB,
} as const;
