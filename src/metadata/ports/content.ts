import type { Digest } from "../../oci/digest.ts";
import type { MediaType } from "../../oci/media-type.ts";
import type { PackedManifest, PackedReferences } from "../../oci/packed-manifest.ts";
import type { Precondition } from "../../oci/precondition.ts";
import type { Reference, Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";

/** A blob that a repository has. */
export interface BlobRecord {
  /** Digest of the bytes, even if the request named them by an alias. */
  readonly digest: Digest;
  /** Key of the bytes in the storage driver. */
  readonly key: string;
  /** Size in bytes. */
  readonly size: number;
  /** The blob stays stored until this time, even if nothing refers to it, because a client may have seen it. */
  readonly pinnedUntil: number;
  /** Time since which the repository has the blob. */
  readonly createdAt: number;
}

/** A manifest that a repository has. */
export interface ManifestRecord {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly size: number;
  readonly pinnedUntil: number;
}

/** Limit of bytes for reads of manifests of any size. */
export const allBytes = Number.MAX_SAFE_INTEGER;

/** A manifest, with its bytes if the read asked for them. */
export interface FoundManifest extends ManifestRecord {
  readonly stored?: StoredBytes;
}

/** Stored bytes of a manifest. */
export interface StoredBytes {
  readonly bytes: Uint8Array;
  /**
   * Digest of the bytes when they were stored. For schema 1 it is not the manifest's digest, which covers only the
   * signed part.
   */
  readonly digest: Digest;
}

/** A blob to store. */
export interface NewBlob {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  /** Other digests of the same bytes, by which clients can read them too. */
  readonly otherDigests?: readonly Digest[];
  /**
   * Tarsums of the bytes. Other bytes may have the same tarsum, so a tarsum that the repository already has still names
   * its blob.
   */
  readonly aliases?: readonly Digest[];
  readonly key: string;
  readonly size: number;
  /** Bytes of an inline blob. The store has these bytes in a row; they are not in the storage driver. */
  readonly bytes?: Uint8Array;
  /** The upload session that ends with this blob; absent if it has no row. */
  readonly upload?: string;
  /** Name of the principal that makes the change; absent if the registry makes it by itself. */
  readonly actor?: string | undefined;
  readonly at: number;
  readonly pinnedUntil: number;
}

/**
 * A manifest to store. It passes to another thread quickly, because everything that is read from the document is text
 * or a number.
 */
export interface ManifestWrite {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  /** For schema 1, the intact document with all its stored signatures (`docker/schema1/stored-document.ts`). */
  readonly bytes: Uint8Array;
  /** For schema 1 only. */
  readonly signed?: SignedBytes;
  /** The part of the document that lists of referrers show. */
  readonly packed: PackedManifest;
  /**
   * The content that the manifest refers to, or the references as the document has them. In the second case the
   * transaction resolves them itself, so there must be few.
   */
  readonly references: ResolvedReferences | { readonly unresolved: PackedReferences };
  /** True if its references may be aliases of blobs, as in manifests of 2014. */
  readonly byAlias?: boolean;
  readonly tags: readonly Tag[];
  /** A condition on the current manifest of the target, which is checked in the same transaction. */
  readonly condition?: { readonly target: Reference; readonly precondition: Precondition };
  /** Name of the principal that makes the change; absent if the registry makes it by itself. */
  readonly actor?: string | undefined;
  readonly at: number;
  /** A stored manifest keeps its pin if the pin lasts for at least another `metadataLimits.pinRenewMs`. */
  readonly pinnedUntil: number;
}

/** A push of a manifest that may be stored already, with the same references and tags. */
export type RepeatedPush = Pick<ManifestWrite, "repository" | "digest" | "bytes" | "tags"> & {
  readonly mediaType: MediaType;
  readonly references: ResolvedReferences;
};

/** The bytes of a signed manifest. Their digest is not the manifest's. */
export interface SignedBytes {
  /** Digest of the bytes. */
  readonly digest: Digest;
  /**
   * Digest of the stored bytes whose signatures were merged into these; undefined if none were stored. The store
   * compares it when it stores the new bytes.
   */
  readonly mergedWith: Digest | undefined;
}

/** A reference to content that has another size than the manifest says. Both sizes are in bytes. */
export interface MissizedReference {
  readonly digest: Digest;
  readonly said: number;
  readonly actual: number;
}

/** Bytes of a blob that are in the storage driver. */
export interface StoredFile {
  /** Digest by which the manifest refers to them. */
  readonly digest: Digest;
  readonly key: string;
  /** Size in bytes. */
  readonly size: number;
  /** True if the manifest cannot be stored without them. */
  readonly needed: boolean;
}

/** The content of a repository that a manifest refers to, as JSON lists of digests. */
export interface ResolvedReferences {
  readonly blobs: string;
  readonly manifests: string;
  /** Awaited manifests: the repository does not have them yet, and they are protected as soon as it does. */
  readonly awaited: string;
  /** Number of digests in `blobs` and `manifests`. */
  readonly count: number;
}

/** Builds the lists of `ResolvedReferences`. */
export function resolvedReferences(
  blobs: readonly Digest[],
  manifests: readonly Digest[] = [],
  awaited: readonly Digest[] = [],
): ResolvedReferences {
  return {
    blobs: JSON.stringify(blobs),
    manifests: JSON.stringify(manifests),
    awaited: JSON.stringify(awaited),
    count: blobs.length + manifests.length,
  };
}

/** The result of a lookup of references. */
export interface FoundReferences {
  /**
   * Required content that is neither a blob nor a manifest of the repository: the first `ociLimits.errorsListed`, in the
   * order of the document.
   */
  readonly missing: readonly Digest[];
  /** Number of all missing digests. */
  readonly missingCount: number;
  /** References with a wrong size: the first `ociLimits.errorsListed`. */
  readonly missized: readonly MissizedReference[];
  /** Files whose presence the store cannot guarantee. */
  readonly files: readonly StoredFile[];
  readonly resolved: ResolvedReferences;
}

/**
 * The outcome of a push of a manifest. Only `stored` has changed anything.
 *
 * - `missing`: references that were resolved before the transaction and are gone now.
 * - `unmet`: the condition is false for the current manifest of the target.
 * - `storedAs`: the repository has the manifest under this media type, which differs from the pushed one.
 * - `overtaken`: the stored bytes of the signed manifest are not those that were merged. The push has to be merged
 *   again.
 * - `unresolved`: of the references that the transaction resolved, one is missing, has another size, or is in a file.
 */
export type PutOutcome =
  | "stored"
  | "overtaken"
  | "unresolved"
  | { readonly missing: readonly Digest[] }
  | { readonly unmet: { readonly current: Digest | undefined } }
  | { readonly storedAs: MediaType };

/** A deletion of a blob or a manifest. */
export interface Deletion {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  /** Name of the principal that makes the change; absent if the registry makes it by itself. */
  readonly actor?: string | undefined;
  readonly at: number;
  /** Until this time the deletion can be undone. */
  readonly purgeAfter: number;
}

/** Why content cannot be deleted: this manifest of the same repository refers to it. */
export interface Referenced {
  readonly referencedBy: Digest;
}

/** The reads of a metadata store about blobs and manifests. */
export interface ContentReads {
  /**
   * Reads a blob by its digest, or by a tarsum with which it was pushed to this repository. Mounts and deletions accept
   * both too.
   */
  blob(repository: RepositoryName, digest: Digest): Promise<BlobRecord | undefined>;
  /**
   * Repositories that have the blob, in no order. It is only for checking who may read the blob, never for reading it.
   */
  repositoriesWith(digest: Digest, limit: number): Promise<RepositoryName[]>;
  /** Key and size of the bytes of a digest, in any repository. It is only for repair, never for reading. */
  bytesOf(digest: Digest): Promise<{ readonly key: string; readonly size: number } | undefined>;
  /** Bytes of the inline blob with this key. */
  inlineBytes(key: string): Promise<Uint8Array | undefined>;
  /**
   * Looks up the references of a manifest, as blobs or as manifests, as the document uses them. `byAlias`: the document
   * may name blobs by tarsums.
   */
  references(repository: RepositoryName, wanted: PackedReferences, byAlias?: boolean): Promise<FoundReferences>;
  /** Reads a manifest, with its bytes if it has at most `bytesUpTo` of them; without bytes if the limit is absent. */
  manifestByDigest(repository: RepositoryName, digest: Digest, bytesUpTo?: number): Promise<FoundManifest | undefined>;
  manifestByTag(repository: RepositoryName, tag: Tag, bytesUpTo?: number): Promise<FoundManifest | undefined>;
  /**
   * True if the manifest with these bytes, its references and its tags are all stored, with a pin until a given time.
   */
  isStored(push: RepeatedPush, promisedUntil: number): Promise<boolean>;
}

/** The writes of a metadata store about blobs and manifests. */
export interface ContentWrites {
  /**
   * Records that the digest has these bytes, links them to the repository and ends the upload session. Returns
   * undefined, and changes nothing, if the session has ended. `surplus` is the key whose bytes the caller removes:
   *
   * - null if the digest had no bytes.
   * - The new key if the digest has intact bytes, which it keeps.
   * - The earlier key if its bytes are damaged. The bytes of an inline blob are compared with the new ones.
   *
   * Afterwards, the other digests of the blob have the same bytes. Their earlier bytes are left to the sweep.
   */
  commitBlob(blob: NewBlob): Promise<{ readonly surplus: string | null } | undefined>;
  /**
   * Like `commitBlob`, for a blob whose digest already has this key. The received bytes are about to replace those
   * under the key. Returns false, and changes nothing, if the digest does not have this key (any more); undefined if
   * the session is gone.
   */
  recommitBlob(blob: Omit<NewBlob, "bytes">): Promise<boolean | undefined>;
  /** Links a blob of another repository into this one; false if that repository does not have it. */
  mountBlob(
    from: RepositoryName,
    to: RepositoryName,
    digest: Digest,
    at: number,
    pinnedUntil: number,
    actor?: string,
  ): Promise<boolean>;
  /**
   * Pins the blob until a time, unless it is already pinned for longer; false if the blob is gone. A pin that could not
   * be written is in the memory of the process that made it (`registry/content/pins.ts`), and is valid too.
   */
  pinBlob(repository: RepositoryName, digest: Digest, pinnedUntil: number): Promise<boolean>;
  /** Like `pinBlob`, for a manifest. */
  pinManifest(repository: RepositoryName, digest: Digest, pinnedUntil: number): Promise<boolean>;
  /**
   * Records that the bytes under this key are missing or wrong. The blob is not served any more, and the next push of
   * its digest replaces the bytes. Returns false if that was recorded before, or no blob has the key.
   */
  markBlobCorrupt(key: string): Promise<boolean>;
  deleteBlob(deletion: Deletion): Promise<"deleted" | "unknown" | Referenced>;
  /**
   * Stores the manifest, its references and its tags, all or nothing. If it succeeds, the result reports nothing
   * missing, unmet or stored under another type. The same transaction checks that the references still exist.
   */
  putManifest(push: ManifestWrite): Promise<PutOutcome>;
  /** Removes the manifest and every tag that points to it. */
  deleteManifest(deletion: Deletion): Promise<"deleted" | "unknown" | Referenced>;
}
