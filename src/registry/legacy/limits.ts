import { KiB, MiB, GiB } from "../../base/units.ts";

/** Limits of `src/registry/legacy`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const legacyLimits = {
  /**
   * Bytes of an uncompressed layer for which a tarsum is computed. The layer is read again while its client waits
   * (docs/decisions/0009).
   */
  tarsumBytes: 4 * GiB,
  /** Requests that wait until the tarsum of their layer is computed, one at a time on the machine. */
  tarsumsWaiting: 16,
  /** Requests of one client among those. */
  tarsumsWaitingOfClient: 4,
  /** Bytes of an index, of a manifest and of a configuration from which a schema 1 manifest is made, each. */
  convertedBytes: 64 * KiB,
  /** Bytes of converted images in the cache. An image of 500 steps takes some 300 KB. */
  convertedKeptBytes: 16 * MiB,
  /**
   * Milliseconds between two responses of a process with a converted image: each is some 300 KB for a request of 100
   * bytes.
   */
  convertedApartMs: 5,
  /** Requests that wait for such a response. */
  convertedWaiting: 400,
  /** Images that wait until they are converted, one at a time in a process. */
  conversionsWaiting: 64,
  /** Images of one repository among those. */
  conversionsWaitingOfRepository: 16,
  /** Bytes of the file that holds the registry's signing key. */
  signingKeyFileBytes: 64 * KiB,
} as const;
