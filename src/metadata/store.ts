/**
 * What the registry knows. Metadata is the truth, storage is bytes: what no row names does not exist (docs/architecture.md).
 *
 * Reads see every write that was answered before they began. A write is one transaction, durable when its promise resolves.
 * All times are milliseconds since the epoch, passed in by the caller.
 */
import type { Algorithm, Digest } from "../oci/digest.ts";
import { UnavailableError } from "../oci/errors.ts";
import type { DescribedManifest, PackedManifest, PackedReferences } from "../oci/packed-manifest.ts";
import type { MediaType } from "../oci/media-type.ts";
import type { Precondition } from "../oci/precondition.ts";
import type { Reference, Tag } from "../oci/reference.ts";
import type { RepositoryName } from "../oci/repository-name.ts";

export interface BlobRecord {
  /** Of the bytes, whatever name they were asked for by. */
  readonly digest: Digest;
  /** Where the storage driver holds the bytes. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** The blob is promised to whoever saw it until then, referenced or not. */
  readonly pinnedUntil: number;
  /** Since when the repository has it. */
  readonly createdAt: number;
}

export interface ManifestRecord {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly size: number;
  readonly pinnedUntil: number;
}

/** However many there are. */
export const allBytes = Number.MAX_SAFE_INTEGER;

/** A record, with the bytes where they were asked for. */
export interface FoundManifest extends ManifestRecord {
  readonly stored?: StoredBytes;
}

export interface StoredBytes {
  readonly bytes: Uint8Array;
  /** What they had when they were stored: of schema 1 not the manifest's, which is of what is signed. */
  readonly digest: Digest;
}

export interface ReferrerList {
  /** Descriptors in JSON, as an image index lists them. */
  readonly descriptors: readonly string[];
  /** Set where there is more: what the next page comes after. */
  readonly next?: Digest;
}

export interface UploadRecord {
  readonly id: string;
  readonly repository: RepositoryName;
  readonly algorithm: Algorithm;
  /** Bytes received and durable. */
  readonly offset: number;
  /** Of these bytes, by the session's algorithm; absent where nobody has said it. */
  readonly digest?: Digest;
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** A move of a tag. Whatever it pointed to may be gone. */
export interface TagEvent {
  /** Grows with each event of the registry. */
  readonly id: number;
  /** Null where the tag did not exist before, or was removed. */
  readonly from: Digest | null;
  readonly to: Digest | null;
  /** Of `to`, or of `from` where the tag was removed; null where it was not known when the event was written. */
  readonly mediaType: MediaType | null;
  readonly size: number | null;
  readonly at: number;
}

/** A place in the history of a tag: between the event with this time and id and the one before it. */
export interface HistoryCursor {
  readonly at: number;
  readonly id: number;
}

export interface HistoryPage {
  /** Exclusive. */
  readonly since?: number | undefined;
  readonly before?: HistoryCursor | undefined;
  readonly limit: number;
}

export interface Page {
  /** Exclusive; the entry itself need not exist. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ReferrersPage extends Page {
  /** The descriptors of a page have at most so many bytes together; a page of one may have more. */
  readonly bytes: number;
}

export interface NewBlob {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  /** Other digests of the same bytes, by which they shall be found as well. */
  readonly otherDigests?: readonly Digest[];
  /** Tarsums of the bytes. Others may have the same one, so a name that the repository has already stays where it is. */
  readonly aliases?: readonly Digest[];
  readonly key: string;
  readonly size: number;
  /** Of a inline blob: the store keeps them itself under the key, which no driver knows. */
  readonly bytes?: Uint8Array;
  /** The session that ends with this blob; absent where it has no row. */
  readonly upload?: string;
  readonly at: number;
  readonly pinnedUntil: number;
}

export interface NewManifest {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  /** Of schema 1, a document that is intact, with the signatures that are kept of it (`docker/schema1/stored-document.ts`). */
  readonly bytes: Uint8Array;
  /** Of schema 1 only. */
  readonly signed?: SignedBytes;
  readonly manifest: DescribedManifest;
  /** What was found here of what it refers to (`references`). */
  readonly held: HeldReferences;
  /** Whether its references may be aliases of blobs, as in manifests of 2014. */
  readonly byAlias?: boolean;
  readonly tags: readonly Tag[];
  /** Looked at in the same transaction. */
  readonly only?: { readonly target: Reference; readonly precondition: Precondition };
  readonly at: number;
  /** A manifest that is stored already keeps its promise where that holds for `metadataLimits.pinRenewMs` more. */
  readonly pinnedUntil: number;
}

/** What makes a push of a manifest one that changes nothing. */
export type StandingManifest = Pick<NewManifest, "repository" | "digest" | "bytes" | "held" | "tags"> & {
  readonly mediaType: MediaType;
};

/** Bytes of a signed manifest, whose digest is not theirs. */
export interface SignedBytes {
  /** Of the bytes. */
  readonly digest: Digest;
  /** Digest of the kept bytes whose signatures are in these; undefined where none were kept. Compared when it is stored. */
  readonly mergedWith: Digest | undefined;
}

/** As it goes to the store, which may be another thread. */
export interface ManifestWrite extends Omit<NewManifest, "manifest" | "held"> {
  readonly packed: PackedManifest;
  /** What was found of what it refers to, or all that it refers to: that is looked up in the transaction, and so has to be short. */
  readonly held: HeldReferences | { readonly wanted: PackedReferences };
}

/** A reference to content that has another size than the manifest says; both in bytes. */
export interface MissizedReference {
  readonly digest: Digest;
  readonly said: number;
  readonly actual: number;
}

/** Bytes of a blob that lie in storage. */
export interface StoredFile {
  /** By which the manifest refers to them. */
  readonly digest: Digest;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Whether the manifest cannot be stored without them. */
  readonly needed: boolean;
}

/** Content of a repository that a manifest refers to: JSON lists of digests. */
export interface HeldReferences {
  readonly blobs: string;
  readonly manifests: string;
  /** Manifests that are not here yet, and are held as soon as they are. */
  readonly awaited: string;
  /** Digests in the first two. */
  readonly count: number;
}

export function holding(
  blobs: readonly Digest[],
  manifests: readonly Digest[] = [],
  awaited: readonly Digest[] = [],
): HeldReferences {
  return {
    blobs: JSON.stringify(blobs),
    manifests: JSON.stringify(manifests),
    awaited: JSON.stringify(awaited),
    count: blobs.length + manifests.length,
  };
}

export interface FoundReferences {
  /** Needed, and neither a blob nor a manifest of the repository: the first `ociLimits.errorsListed`, in the order of the document. */
  readonly missing: readonly Digest[];
  /** Of all that are missing. */
  readonly missingCount: number;
  /** The first `ociLimits.errorsListed`. */
  readonly missized: readonly MissizedReference[];
  /** Files whose presence the store cannot promise. */
  readonly files: readonly StoredFile[];
  readonly held: HeldReferences;
}

/** Of a push that stored nothing. */
export interface Unstored {
  /** What was found before, and is gone. */
  readonly missing: readonly Digest[];
  /** The condition does not hold of what is there. */
  readonly unmet?: { readonly current: Digest | undefined };
  /** Other bytes are kept of the signed manifest than those that were merged: it has to be merged with them. */
  readonly overtaken?: true;
  /** Of what had to be looked up in the transaction, something is missing, has another size, or lies in a file. */
  readonly unresolved?: true;
  /** The repository has the manifest under this media type, and the push says another one. */
  readonly storedAs?: MediaType;
}

export interface Deletion {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly at: number;
  /** Until then the deletion can be undone. */
  readonly purgeAfter: number;
}

/** Why content stays: a manifest of the same repository refers to it. */
export interface Referenced {
  readonly referencedBy: Digest;
}

/** What the store can count. Repositories are those that the catalogue lists, blobs those of all repositories together. */
export const counted = ["repositories", "manifests", "tags", "blobs"] as const;
export type Counted = (typeof counted)[number];

export interface MetadataReads {
  /** The only read whose cost grows with what is stored, a few milliseconds for a million: for the metrics, now and then. */
  count(what: Counted): Promise<number>;
  repositoryExists(repository: RepositoryName): Promise<boolean>;
  /** Names in byte order. */
  repositories(page: Page): Promise<RepositoryName[]>;
  /** Tags in byte order. */
  tags(repository: RepositoryName, page: Page): Promise<Tag[]>;
  /** Newest first. It outlives the tag, and the manifests that it pointed to. */
  tagHistory(repository: RepositoryName, tag: Tag, page: HistoryPage): Promise<TagEvent[]>;
  /** By a digest or, as in a mount and a deletion, by a tarsum that it was pushed with in this repository. */
  blob(repository: RepositoryName, digest: Digest): Promise<BlobRecord | undefined>;
  /** Repositories that hold the blob, in no order; for a look at who may read it, never for reading. */
  repositoriesWith(digest: Digest, limit: number): Promise<RepositoryName[]>;
  /** Where the bytes of a digest are held to lie, whoever has them; for repair, never for reading. */
  bytesOf(digest: Digest): Promise<{ readonly key: string; readonly size: number } | undefined>;
  /** The bytes that the store keeps itself under this key. */
  shortBytes(key: string): Promise<Uint8Array | undefined>;
  /**
   * What is here of what a manifest refers to, as a blob or as a manifest, whichever the manifest takes it for. `tarsums`:
   * whether it may name blobs by those.
   */
  references(repository: RepositoryName, wanted: PackedReferences, byAlias?: boolean): Promise<FoundReferences>;
  /** With its bytes where they are at most so many; absent, without them. */
  manifestByDigest(repository: RepositoryName, digest: Digest, bytesUpTo?: number): Promise<FoundManifest | undefined>;
  manifestByTag(repository: RepositoryName, tag: Tag, bytesUpTo?: number): Promise<FoundManifest | undefined>;
  /** Whether all of this is here: the manifest with these bytes, all that it holds, and its tags, promised until a given time. */
  isStored(manifest: StandingManifest, promisedUntil: number): Promise<boolean>;
  /** In the byte order of their digests. */
  referrers(
    repository: RepositoryName,
    subject: Digest,
    artifactType: string | undefined,
    page: ReferrersPage,
  ): Promise<ReferrerList>;
  upload(repository: RepositoryName, id: string): Promise<UploadRecord | undefined>;
  expiredUploads(now: number, limit: number): Promise<UploadRecord[]>;
  /** Of the ids given, those that are sessions. */
  knownUploads(ids: readonly string[]): Promise<string[]>;
  /** Of the keys given, those that no blob has. */
  unnamedKeys(keys: readonly string[]): Promise<string[]>;
}

export interface MetadataWrites {
  /** Resolves when a transaction that changes nothing was taken. */
  checkWritable(): Promise<void>;
  /**
   * Starts a session for a client, by any name that tells clients apart; absent, the session counts for none. False, and nothing
   * was changed, where the client has too many of them.
   */
  startUpload(upload: UploadRecord, client?: string): Promise<boolean>;
  /**
   * Compare and set: false, and nothing changed, where the session is gone or does not stand at `from`. `digest` is of the
   * first `to` bytes.
   */
  advanceUpload(id: string, from: number, to: number, expiresAt: number, digest?: Digest): Promise<boolean>;
  /** False where there was no such session. */
  endUpload(id: string): Promise<boolean>;
  /** Ends a session that has expired by now; false where it is gone, or was continued in the meantime. */
  expireUpload(id: string, now: number): Promise<boolean>;
  /**
   * Names the bytes, links them to the repository, and ends the session. A digest that already has healthy bytes keeps
   * those; `surplus` is then the new key, otherwise the key that was replaced, if any: bytes that nothing names any more.
   * Bytes that come with the blob replace whatever differs from them, also where nothing was found wrong yet.
   * Undefined where the session is gone: nothing was changed. Every other digest names the same bytes afterwards; what it had
   * before, and no digest names any more, is left to the sweep.
   */
  commitBlob(blob: NewBlob): Promise<{ readonly surplus: string | null } | undefined>;
  /**
   * The same for a blob whose digest has this key already, and the bytes that came are about to take the place of those under
   * it. False where the digest has not that key, or not any more: nothing was changed. Undefined where the session is gone.
   */
  recommitBlob(blob: Omit<NewBlob, "bytes">): Promise<boolean | undefined>;
  /** Links a blob of another repository into this one; false where that repository does not have it. */
  mountBlob(
    from: RepositoryName,
    to: RepositoryName,
    digest: Digest,
    at: number,
    pinnedUntil: number,
  ): Promise<boolean>;
  /**
   * Promises the blob until then, if not for longer already; false where it is gone. A promise that could not be written is in
   * the memory of the process that made it (`registry/content/pins.ts`), and holds as well.
   */
  pinBlob(repository: RepositoryName, digest: Digest, pinnedUntil: number): Promise<boolean>;
  /** The same for a manifest. */
  pinManifest(repository: RepositoryName, digest: Digest, pinnedUntil: number): Promise<boolean>;
  /**
   * The bytes under this key are missing or wrong: it is not served any more, and the next push of its digest replaces it.
   * False where that was known already, or no blob has the key.
   */
  markBlobCorrupt(key: string): Promise<boolean>;
  deleteBlob(deletion: Deletion): Promise<"deleted" | "unknown" | Referenced>;
  /**
   * Stores the manifest, its references and its tags, all or nothing; then nothing is missing, unmet or stored as another. That what it holds is
   * still here is looked at in the same transaction.
   */
  putManifest(push: ManifestWrite): Promise<Unstored>;
  /** Removes the manifest and every tag that points to it. */
  deleteManifest(deletion: Deletion): Promise<"deleted" | "unknown" | Referenced>;
  /** The condition is looked at in the same transaction. */
  deleteTag(
    repository: RepositoryName,
    tag: Tag,
    at: number,
    precondition?: Precondition,
  ): Promise<"deleted" | "unknown" | { readonly unmet: { readonly current: Digest } }>;
}

export interface MetadataStore extends MetadataReads, MetadataWrites {
  /** Moves with every commit, whoever makes it, before it is answered: what was read stands while this does. */
  version(): number;
  /** Undefined while writes are taken; otherwise why none is. It ends by itself once its cause has gone. */
  readonly fault: string | undefined;
  close(): Promise<void>;
}

/** The store cannot read or take a write at the moment: its queue is full, its disk is, or it has failed. Nothing was changed. */
export class StoreUnavailable extends UnavailableError {}

/** A write failed in a way that leaves open whether it was kept: what it names has to stay, and its client has to try again. */
export class OutcomeUnknown extends UnavailableError {}
