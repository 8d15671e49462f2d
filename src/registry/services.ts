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
  /** Of a manifest; a blob may be in several. */
  readonly repository?: RepositoryName;
}

/** The right to write to one upload session. */
export interface SessionLock {
  readonly unlock: () => void;
  /** The session, if the holder of the locks had it at hand; otherwise the store has it. */
  readonly session?: UploadRecord | undefined;
}

/** Locks of upload sessions: one request at a time writes to a session, whatever process answers it. */
export interface SessionLocks {
  /** Waits a while for the request that has the lock; undefined if that one goes on. */
  lock(id: string): Promise<SessionLock | undefined>;
  /** Waits a while until no request has the lock: a client may be back before its broken connection is noticed. */
  handover(id: string): Promise<void>;
}

/** What every part of the registry works with. */
export interface Services {
  readonly store: MetadataStore;
  readonly driver: StorageDriver;
  readonly clock: Clock;
  /** Absent if no other process writes to upload sessions. */
  readonly locks?: SessionLocks;
  /** Called with stored bytes that are found to be missing or wrong; absent if nothing is logged or counted. */
  readonly damaged?: (damage: Damage) => void;
  /** Blobs below this size are inline; by default `ociLimits.inlineBlobBytes`. */
  readonly inlineBlobBytes?: number;
}
