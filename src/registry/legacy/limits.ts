import { KiB, MiB, GiB } from "../../base/units.ts";

/** Limits of `src/registry/legacy`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const legacyLimits = {
  /**
   * The maximum size of an uncompressed layer, in bytes, for which Lading computes a tarsum. The layer is read again
   * while its client waits (docs/decisions/0009).
   */
  tarsumBytes: 4 * GiB,
  /**
   * The maximum number of requests that wait for the tarsum of their layer. The machine computes one tarsum at a
   * time.
   */
  tarsumsWaiting: 16,
  /** The maximum number of those requests for one client. */
  tarsumsWaitingOfClient: 4,
  /**
   * The maximum size of each index, manifest and configuration, in bytes, that Lading converts to a schema 1
   * manifest.
   */
  convertedBytes: 64 * KiB,
  /** The maximum size of the cache of converted images, in bytes. An image of 500 steps takes about 300 KB. */
  convertedKeptBytes: 16 * MiB,
  /**
   * Milliseconds between two responses of a process with a converted image. Each is about 300 KB for a request of 100
   * bytes.
   */
  convertedApartMs: 5,
  /** The maximum number of requests that wait for such a response. */
  convertedWaiting: 400,
  /** The maximum number of images that wait for their conversion. A process converts one at a time. */
  conversionsWaiting: 64,
  /** The maximum number of those images for one repository. */
  conversionsWaitingOfRepository: 16,
  /** The maximum size of the file with the registry's signing key, in bytes. */
  signingKeyFileBytes: 64 * KiB,
} as const;
