import type { Clock } from "../base/clock.ts";
import type { MetadataStore, UploadRecord } from "../metadata/store.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import type { StorageDriver } from "../storage/driver.ts";

/** Stored bytes that are missing or wrong. */
export interface Damage {
  readonly content: "blob" | "manifest";
  readonly digest: Digest;
  /** Where a blob's bytes are: a path below the storage directory, or the key of an inline blob. */
  readonly key?: string;
  /** The repository of a damaged manifest; absent for a blob, which may be in several. */
  readonly repository?: RepositoryName;
}

/** The lock of one upload session, which allows its owner to write to it. */
export interface SessionLock {
  readonly unlock: () => void;
  /** The session, if it has no row in the database yet and the process with the locks returned it. */
  readonly session?: UploadRecord | undefined;
}

/**
 * `SessionLocks` lets only one request at a time write to an upload session. It works across all worker processes.
 */
export interface SessionLocks {
  /**
   * Waits up to `uploadLimits.uploadHandoverMs` for the request that has the lock; undefined if that request
   * continues.
   */
  lock(id: string): Promise<SessionLock | undefined>;
  /**
   * Waits up to the same time until no request has the lock. A client may come back before the server notices its
   * broken connection.
   */
  handover(id: string): Promise<void>;
}

/** The services that all parts of the registry use. */
export interface Services {
  readonly store: MetadataStore;
  readonly driver: StorageDriver;
  readonly clock: Clock;
  /** Absent if no other process writes to upload sessions. */
  readonly locks?: SessionLocks;
  /** Called for stored bytes that are missing or wrong; absent if the caller does not log or count them. */
  readonly damaged?: (damage: Damage) => void;
  /** The size in bytes below which a blob is inline; `ociLimits.inlineBlobBytes` by default. */
  readonly inlineBlobBytes?: number;
}
