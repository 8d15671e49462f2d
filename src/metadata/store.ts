/**
 * The interface of the metadata: repositories, blobs, manifests, tags and upload sessions. The metadata is the truth
 * and the storage has only bytes: content that no row names does not exist (docs/architecture.md).
 *
 * A write is one transaction, durable when its promise resolves. All times are milliseconds since the epoch, passed in by
 * the caller.
 */
import { UnavailableError } from "../oci/errors.ts";
import type { ContentReads, ContentWrites } from "./ports/content.ts";
import type { ListingReads, ListingWrites } from "./ports/listings.ts";
import type { UploadReads, UploadWrites } from "./ports/uploads.ts";
import type { MaintenanceReads, MaintenanceWrites } from "./ports/maintenance.ts";

export * from "./ports/content.ts";
export * from "./ports/listings.ts";
export * from "./ports/uploads.ts";
export * from "./ports/maintenance.ts";

/** The reads of a metadata store. */
export interface MetadataReads extends ContentReads, ListingReads, UploadReads, MaintenanceReads {}

/** The writes of a metadata store. */
export interface MetadataWrites extends ContentWrites, ListingWrites, UploadWrites, MaintenanceWrites {}

/**
 * The freshness contract: a read sees every write of any process that was acknowledged before the read began. A result
 * that a cache keeps is as good as a read while the version is the one from before the read that made it.
 */
export interface Freshness {
  /** Changes with every commit of any process, before the commit is acknowledged. It costs less than a read. */
  version(): number;
}

/** A metadata store. */
export interface MetadataStore extends Freshness, MetadataReads, MetadataWrites {
  /**
   * Why the store refuses writes at the moment; undefined while it accepts them. It resets itself when the cause is
   * gone.
   */
  readonly fault: string | undefined;
  close(): Promise<void>;
}

/**
 * The store cannot read or accept a write at the moment: its queue is full, its disk is full, or it has failed. Nothing
 * was changed.
 */
export class StoreUnavailable extends UnavailableError {}

/** A write failed and its outcome is unknown. The content that it names must stay, and its client must try again. */
export class OutcomeUnknown extends UnavailableError {}
