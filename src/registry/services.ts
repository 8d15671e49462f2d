import type { Clock } from "../base/clock.ts";
import type { Queue } from "../base/fair-queue.ts";
import type { MetadataStore } from "../metadata/store.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import type { SigningKey } from "../oci/schema1/key.ts";
import type { StorageDriver } from "../storage/driver.ts";
import type { SessionLocks } from "./session-locks.ts";

/** Stored bytes that are missing or wrong. */
export interface Damage {
  readonly content: "blob" | "manifest";
  readonly digest: Digest;
  /** Where a blob's bytes are: a path below the storage directory, or the key of an inline blob. */
  readonly key?: string;
  /** Of a manifest; a blob may be in several. */
  readonly repository?: RepositoryName;
}

/** What the core stands on. */
export interface Services {
  readonly store: MetadataStore;
  readonly driver: StorageDriver;
  readonly clock: Clock;
  /** Absent where no other process writes to upload sessions. */
  readonly locks?: SessionLocks;
  /** For whom a tarsum is computed next; absent where no other process computes any. */
  readonly tarsums?: Queue;
  /** Called with stored bytes that are found to be missing or wrong; absent where nothing is logged or counted. */
  readonly damaged?: (damage: Damage) => void;
  /** Blobs below this size lie in the store; absent, as `limits.ts` says. */
  readonly shortBlobBytes?: number;
}

/** What the operator decides about the core. */
export interface RegistryOptions {
  /** Whether layers may be named by their tarsums, and manifests be of schema 1, as clients did until 2015. */
  readonly legacy: boolean;
  /** Whether such a manifest has to bear the name and the tag that it is pushed to. */
  readonly schema1Names: boolean;
  /** Whether an index may refer to manifests that are not here. */
  readonly sparseIndexes: boolean;
  /** Signs the manifests that are written for clients which know nothing newer; without it, none are. */
  readonly signingKey?: SigningKey;
}

export const usualOptions: RegistryOptions = { legacy: true, schema1Names: true, sparseIndexes: false };
