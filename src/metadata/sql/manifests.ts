import { metadataLimits } from "../limits.ts";
import type { Digest } from "../../oci/digest.ts";
import { isSchema1, mayBeManifest, type MediaType } from "../../oci/media-type.ts";
import { unpackManifest } from "../../oci/packed-manifest.ts";
import { holds } from "../../oci/precondition.ts";
import { isDigest, type Reference } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { FoundManifest, ManifestWrite, MetadataReads, MetadataWrites } from "../store.ts";
import { reviewBlob } from "./blobs.ts";
import { greater } from "./dialect.ts";
import { all, one, run, type Operation, type Operations, type Row } from "./operation.ts";
import { adoptByIndexes, edgesOfManifest, hasAllEdges, insertEdges, missingSince, resolve } from "./references.ts";
import { listReferrer } from "./referrers.ts";
import { ensureRepository, idOfRepository, unlistWithoutManifests } from "./repositories.ts";
import { moveTag, removeTagsOf, tagTarget, type TagTarget } from "./tags.ts";

type FoundRow = Row & {
  readonly digest: string;
  readonly media_type: string;
  readonly size: number;
  readonly pinned_until: number;
  readonly bytes: Uint8Array | null;
  readonly bytes_digest: string | null;
};

function toFound({ digest, media_type, size, pinned_until, bytes, bytes_digest }: FoundRow): FoundManifest {
  const record = {
    digest: digest as Digest,
    mediaType: media_type as MediaType,
    size,
    pinnedUntil: pinned_until,
  };
  return bytes ? { ...record, stored: { bytes, digest: (bytes_digest ?? digest) as Digest } } : record;
}

const byDigest = `WHERE id = (SELECT id FROM manifests WHERE repository_id = ${idOfRepository} AND digest = ?)`;
const byTag = `WHERE id = (SELECT manifest_id FROM tags WHERE repository_id = ${idOfRepository} AND name = ?)`;
/**
 * One statement for the record and its bytes: a second statement for the bytes costs nearly as much as the first
 * (docs/lab/reads.md).
 */
const recordWithBytes = `SELECT manifests.digest, media_type, size, pinned_until, bytes, manifest_bytes.digest AS bytes_digest
  FROM manifests LEFT JOIN manifest_bytes ON manifest_id = CASE WHEN size <= ? THEN id END`;
const recordByDigest = `${recordWithBytes} ${byDigest}`;
const recordByTag = `${recordWithBytes} ${byTag}`;

/** Operations that read manifests. */
export const manifestReads = {
  *manifestByDigest(repository, digest, bytesUpTo = 0) {
    const row = yield* one<FoundRow>(recordByDigest, bytesUpTo, repository, digest);
    return row && toFound(row);
  },

  *manifestByTag(repository, tag, bytesUpTo = 0) {
    const row = yield* one<FoundRow>(recordByTag, bytesUpTo, repository, tag);
    return row && toFound(row);
  },
  *isStored({ repository, digest, bytes, mediaType, references, tags }, promisedUntil) {
    const row = yield* one<{ id: number; repository_id: number; edges: number }>(
      `SELECT id, repository_id, ${edgesOfManifest} AS edges FROM manifests
        ${byDigest} AND media_type = ? AND pinned_until >= ?
        AND EXISTS (SELECT 1 FROM manifest_bytes WHERE manifest_id = manifests.id AND bytes IS ? AND digest IS NULL)`,
      repository,
      digest,
      mediaType,
      promisedUntil,
      bytes,
    );
    if (!row || row.edges !== references.count) return false;
    for (const tag of tags) if ((yield* tagTarget(row.repository_id, tag))?.id !== row.id) return false;
    return true;
  },
} satisfies Partial<Operations<MetadataReads>>;

/** Operations that write manifests. */
export const manifestWrites = {
  *putManifest(write) {
    const { repository: name, digest, bytes, references, condition } = write;
    const current = condition && (yield* currentDigest(name, condition.target));
    if (condition && !holds(condition.precondition, current)) return { unmet: { current } };
    const isResolvedHere = "unresolved" in references;
    const resolved = isResolvedHere ? yield* resolve(write, references.unresolved) : references;
    if (!resolved) return "unresolved";
    if (yield* isOvertaken(write)) return "overtaken";
    const hasEdges = yield* hasAllEdges(write, resolved);
    const missing = hasEdges || isResolvedHere ? [] : yield* missingSince(name, resolved);
    if (missing.length > 0) return { missing };
    const manifest = unpackManifest(write.packed);
    const repository = yield* ensureRepository(name, write.at);
    const before = yield* storedManifest(repository, digest);
    if (before && !canBecome(before.media_type, manifest.mediaType)) return { storedAs: before.media_type };
    const mediaType = before ? typeAfter(before.media_type, manifest.mediaType) : manifest.mediaType;
    const id = before
      ? yield* renewManifest(before, mediaType, write)
      : yield* addManifest(repository, mediaType, write);
    yield* listReferrer(repository, id, write, manifest);
    if (!hasEdges) yield* insertEdges(repository, id, resolved);
    const target = { id, digest, media_type: mediaType, size: bytes.length };
    for (const tag of write.tags) yield* moveTag(repository, tag, target, write);
    return "stored";
  },

  *pinManifest(repository, digest, pinnedUntil) {
    const pinned = yield* one(
      `UPDATE manifests SET pinned_until = ${greater("pinned_until", "?")}
        WHERE repository_id = ${idOfRepository} AND digest = ? RETURNING id`,
      pinnedUntil,
      repository,
      digest,
    );
    return pinned !== undefined;
  },

  *deleteManifest({ repository, digest, actor, at, purgeAfter }) {
    const row = yield* one<TagTarget & { repository_id: number }>(
      `SELECT id, digest, media_type, size, repository_id FROM manifests ${byDigest}`,
      repository,
      digest,
    );
    if (!row) return "unknown";
    const parent = yield* one<{ digest: string }>(
      "SELECT digest FROM manifests WHERE id = (SELECT manifest_id FROM manifest_children WHERE child_id = ? LIMIT 1)",
      row.id,
    );
    if (parent) return { referencedBy: parent.digest as Digest };
    const tags = yield* removeTagsOf(row.repository_id, row, { at, actor });
    yield* run(
      `INSERT INTO trash (repository_id, kind, digest, media_type, bytes, tags, deleted_at, purge_after, actor)
       SELECT repository_id, 'manifest', digest, media_type,
              (SELECT bytes FROM manifest_bytes WHERE manifest_id = id), ?, ?, ?, ?
         FROM manifests WHERE id = ?`,
      JSON.stringify(tags),
      at,
      purgeAfter,
      actor ?? null,
      row.id,
    );
    const blobs = yield* all<{ digest: string }>("SELECT digest FROM manifest_blobs WHERE manifest_id = ?", row.id);
    yield* run("DELETE FROM manifests WHERE id = ?", row.id);
    for (const blob of blobs) yield* reviewBlob(blob.digest as Digest, purgeAfter);
    yield* unlistWithoutManifests(row.repository_id);
    return "deleted";
  },
} satisfies Partial<Operations<MetadataWrites>>;

function* currentDigest(repository: RepositoryName, target: Reference): Operation<Digest | undefined> {
  const row = yield* one<{ digest: string }>(
    `SELECT digest FROM manifests ${isDigest(target) ? byDigest : byTag}`,
    repository,
    target,
  );
  return row?.digest as Digest | undefined;
}

type StoredRow = Row & {
  readonly id: number;
  readonly media_type: MediaType;
  readonly size: number;
  readonly pinned_until: number;
};

function storedManifest(repository: number, digest: Digest): Operation<StoredRow | undefined> {
  const sql = "SELECT id, media_type, size, pinned_until FROM manifests WHERE repository_id = ? AND digest = ?";
  return one<StoredRow>(sql, repository, digest);
}

/**
 * True if a push may change a stored manifest's media type to the pushed one. A manifest keeps its type, because a
 * change would affect every tag that points to it (L25). The exception is a stored type that no pushed manifest can
 * have any more, such as `text/plain`: no client could pull it.
 */
function canBecome(stored: MediaType, pushed: MediaType): boolean {
  return stored.toLowerCase() === pushed.toLowerCase() || !mayBeManifest(stored);
}

/** The media type of a stored manifest after a push that may change it (`canBecome`). */
function typeAfter(stored: MediaType, pushed: MediaType): MediaType {
  return mayBeManifest(stored) ? stored : pushed;
}

/** Inserts a manifest and returns the id of its row. */
function* addManifest(repository: number, mediaType: MediaType, write: ManifestWrite): Operation<number> {
  const { digest, bytes, at, pinnedUntil, actor } = write;
  const row = yield* one<{ id: number }>(
    `INSERT INTO manifests (repository_id, digest, media_type, size, pinned_until, created_at, actor)
     VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    repository,
    digest,
    mediaType,
    bytes.length,
    pinnedUntil,
    at,
    actor ?? null,
  );
  const { id } = row!;
  yield* storeBytes(id, write);
  yield* adoptByIndexes(repository, digest, id);
  return id;
}

/**
 * Updates a manifest that is pushed again. Its row changes only as often as its pin is renewed. The pushed bytes, which
 * are verified, replace the stored bytes, which may be damaged.
 */
function* renewManifest(stored: StoredRow, mediaType: MediaType, write: ManifestWrite): Operation<number> {
  const { bytes, at, pinnedUntil } = write;
  const { id, media_type: type, size, pinned_until: until } = stored;
  if (mediaType !== type || size !== bytes.length || until < at + metadataLimits.pinRenewMs) {
    yield* run(
      `UPDATE manifests SET media_type = ?, size = ?, pinned_until = ${greater("pinned_until", "?")} WHERE id = ?`,
      mediaType,
      bytes.length,
      pinnedUntil,
      id,
    );
  }
  yield* storeBytes(id, write);
  return id;
}

/** Stores the bytes unless they are unchanged. Comparing megabytes takes a tenth of the time of writing them. */
function storeBytes(id: number, { bytes, signed }: ManifestWrite): Operation<void> {
  return run(
    `INSERT INTO manifest_bytes (manifest_id, bytes, digest) VALUES (?, ?, ?)
     ON CONFLICT (manifest_id) DO UPDATE SET bytes = excluded.bytes, digest = excluded.digest
      WHERE bytes IS NOT excluded.bytes OR digest IS NOT excluded.digest`,
    id,
    bytes,
    signed?.digest ?? null,
  );
}

/**
 * True if the stored bytes of a signed manifest differ from those whose signatures were merged into the pushed bytes.
 */
function* isOvertaken({ repository, digest, signed }: ManifestWrite): Operation<boolean> {
  if (!signed) return false;
  const row = yield* one<{ media_type: MediaType; stored_digest: string | null }>(
    `SELECT media_type, (SELECT coalesce(manifest_bytes.digest, manifests.digest)
                           FROM manifest_bytes WHERE manifest_id = manifests.id) AS stored_digest
       FROM manifests ${byDigest}`,
    repository,
    digest,
  );
  const stored = row && isSchema1(row.media_type) ? row.stored_digest : null;
  return stored !== (signed.mergedWith ?? null);
}
