import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { MetadataReads, MetadataWrites, NewBlob } from "../store.ts";
import { addAlias, resolveAliasIn, resolveAlias } from "./aliases.ts";
import { entries, greater, limited } from "./dialect.ts";
import { all, one, run, type Operation, type Operations } from "./operation.ts";
import { ensureRepository, idOfRepository, repositoryId, unlistIfEmpty } from "./repositories.ts";

const blobOfDigest = "(SELECT blob_id FROM blob_digests WHERE digest = ?)";

/** Key and size of the stored bytes of a digest, unless they were found missing or wrong. */
function healthyBytes(digest: Digest): Operation<{ readonly key: string; readonly size: number } | undefined> {
  return one(`SELECT key, size FROM blobs WHERE id = ${blobOfDigest} AND healthy = 1`, digest);
}

/** Operations that read blobs. */
export const blobReads = {
  *blob(repository, digestOrAlias) {
    const digest = yield* resolveAliasIn(repository, digestOrAlias);
    const linked = yield* one<{ pinned_until: number; created_at: number }>(
      `SELECT pinned_until, created_at FROM repository_blobs WHERE repository_id = ${idOfRepository} AND digest = ?`,
      repository,
      digest,
    );
    const bytes = linked && (yield* healthyBytes(digest));
    return bytes && { digest, ...bytes, pinnedUntil: linked.pinned_until, createdAt: linked.created_at };
  },

  *repositoriesWith(digest, limit) {
    const rows = yield* all<{ name: string }>(
      `SELECT name FROM repositories WHERE id IN (SELECT repository_id FROM repository_blobs WHERE digest = ? ${limited})`,
      digest,
      limit,
    );
    return rows.map((row) => row.name as RepositoryName);
  },

  *bytesOf(digest) {
    return yield* healthyBytes(digest);
  },

  *unnamedKeys(keys) {
    const rows = yield* all<{ key: string }>(
      `SELECT value AS key FROM ${entries} AS given WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE key = given.value)`,
      JSON.stringify(keys),
    );
    return rows.map(({ key }) => key);
  },

  *inlineBytes(key) {
    const row = yield* one<{ bytes: Uint8Array }>(
      "SELECT bytes FROM inline_blobs WHERE blob_id = (SELECT id FROM blobs WHERE key = ?)",
      key,
    );
    return row?.bytes;
  },
} satisfies Partial<Operations<MetadataReads>>;

/** Operations that write blobs. */
export const blobWrites = {
  *commitBlob(blob) {
    if (blob.upload !== undefined && !(yield* endSession(blob.upload, blob.repository))) return undefined;
    const surplus = yield* nameBytes(blob);
    yield* linkNames(blob);
    return { surplus };
  },

  *recommitBlob(blob) {
    if ((yield* healthyBytes(blob.digest))?.key !== blob.key) return false;
    if (blob.upload !== undefined && !(yield* endSession(blob.upload, blob.repository))) return undefined;
    yield* linkNames(blob);
    return true;
  },

  *mountBlob(from, to, digestOrAlias, at, pinnedUntil, actor) {
    const source = yield* blobReads.blob(from, digestOrAlias);
    if (!source) return false;
    const repository = yield* ensureRepository(to, at);
    yield* link(repository, source.digest, { at, pinnedUntil, actor });
    if (digestOrAlias !== source.digest) yield* addAlias(repository, digestOrAlias, source.digest);
    return true;
  },

  *pinBlob(repository, digest, pinnedUntil) {
    const pinned = yield* one(
      `UPDATE repository_blobs SET pinned_until = ${greater("pinned_until", "?")}
        WHERE repository_id = ${idOfRepository} AND digest = ? RETURNING digest`,
      pinnedUntil,
      repository,
      digest,
    );
    return pinned !== undefined;
  },

  *markBlobCorrupt(key) {
    return (yield* one("UPDATE blobs SET healthy = 0 WHERE key = ? AND healthy = 1 RETURNING id", key)) !== undefined;
  },

  *deleteBlob({ repository, digest: digestOrAlias, actor, at, purgeAfter }) {
    const id = yield* repositoryId(repository);
    const digest = id === undefined ? undefined : yield* linkedAs(id, digestOrAlias);
    if (id === undefined || digest === undefined) return "unknown";
    const user = yield* one<{ digest: string }>(
      `SELECT digest FROM manifests
        WHERE id = (SELECT manifest_id FROM manifest_blobs WHERE repository_id = ? AND digest = ? LIMIT 1)`,
      id,
      digest,
    );
    if (user) return { referencedBy: user.digest as Digest };
    yield* run("DELETE FROM repository_blobs WHERE repository_id = ? AND digest = ?", id, digest);
    yield* run(
      "INSERT INTO trash (repository_id, kind, digest, deleted_at, purge_after, actor) VALUES (?, 'blob', ?, ?, ?, ?)",
      id,
      digest,
      at,
      purgeAfter,
      actor ?? null,
    );
    yield* reviewBlob(digest, purgeAfter);
    yield* unlistIfEmpty(id);
    return "deleted";
  },
} satisfies Partial<Operations<MetadataWrites>>;

/** Ends an upload session; false if the repository has no such session. */
function* endSession(id: string, repository: RepositoryName): Operation<boolean> {
  const ended = yield* one("DELETE FROM uploads WHERE id = ? AND repository = ? RETURNING id", id, repository);
  return ended !== undefined;
}

/** Links the blob to the repository by each of its digests and aliases. Its first digest names the bytes already. */
function* linkNames({
  repository: name,
  digest: first,
  otherDigests = [],
  aliases = [],
  ...times
}: NewBlob): Operation<void> {
  const repository = yield* ensureRepository(name, times.at);
  for (const other of otherDigests) yield* nameAlso(other, first);
  for (const digest of [first, ...otherDigests]) yield* link(repository, digest, times);
  for (const alias of aliases) yield* addAlias(repository, alias, first);
}

/**
 * Names the new bytes by the digest, unless the digest already has intact ones. Returns the key that no digest names
 * any more.
 */
function* nameBytes({ digest, key, size, bytes, at }: NewBlob): Operation<string | null> {
  const existing = yield* one<{ id: number; key: string; healthy: number }>(
    `SELECT id, key, healthy FROM blobs WHERE id = ${blobOfDigest}`,
    digest,
  );
  if (existing?.healthy === 1 && (!bytes || (yield* hasInlineBytes(existing.id, bytes)))) return key;
  if (existing) {
    // A push of a damaged blob repairs it in all repositories at once.
    yield* run("UPDATE blobs SET key = ?, size = ?, healthy = 1 WHERE id = ?", key, size, existing.id);
    yield* run("DELETE FROM inline_blobs WHERE blob_id = ?", existing.id);
    if (bytes) yield* storeInlineBytes(existing.id, bytes);
    return existing.key;
  }
  const blob = yield* one<{ id: number }>(
    "INSERT INTO blobs (key, size, created_at) VALUES (?, ?, ?) RETURNING id",
    key,
    size,
    at,
  );
  yield* run("INSERT INTO blob_digests (digest, blob_id) VALUES (?, ?)", digest, blob!.id);
  if (bytes) yield* storeInlineBytes(blob!.id, bytes);
  return null;
}

/** True if the store itself has exactly these bytes as an inline blob. The bytes were verified before. */
function* hasInlineBytes(blob: number, bytes: Uint8Array): Operation<boolean> {
  return (yield* one("SELECT 1 FROM inline_blobs WHERE blob_id = ? AND bytes = ?", blob, bytes)) !== undefined;
}

function* storeInlineBytes(blob: number, bytes: Uint8Array): Operation<void> {
  yield* run("INSERT INTO inline_blobs (blob_id, bytes) VALUES (?, ?)", blob, bytes);
}

/**
 * Names the bytes of the first digest, which were just verified, by another digest too. The bytes that this digest
 * named before may be damaged.
 */
function* nameAlso(digest: Digest, first: Digest): Operation<void> {
  const earlier = yield* one<{ id: number }>(`SELECT blob_id AS id FROM blob_digests WHERE digest = ?`, digest);
  yield* run(
    `INSERT INTO blob_digests (digest, blob_id) VALUES (?, ${blobOfDigest})
     ON CONFLICT (digest) DO UPDATE SET blob_id = excluded.blob_id`,
    digest,
    first,
  );
  if (!earlier) return;
  yield* run(
    "DELETE FROM blobs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM blob_digests WHERE blob_id = blobs.id)",
    earlier.id,
  );
}

const linkBlob = `INSERT INTO repository_blobs (repository_id, digest, pinned_until, created_at, actor) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (repository_id, digest) DO UPDATE SET pinned_until = ${greater("pinned_until", "excluded.pinned_until")}`;

function* link(
  repository: number,
  digest: Digest,
  { at, pinnedUntil, actor }: Pick<NewBlob, "at" | "pinnedUntil" | "actor">,
): Operation<void> {
  yield* run(linkBlob, repository, digest, pinnedUntil, at, actor ?? null);
  yield* reviewBlob(digest, pinnedUntil);
}

/**
 * Returns the digest by which this repository has the blob; undefined if it does not have it or the bytes are missing.
 * A manifest of the repository may refer to a blob that is found here.
 */
export function* linkedAs(repository: number, digestOrAlias: Digest): Operation<Digest | undefined> {
  const digest = yield* resolveAlias(repository, digestOrAlias);
  const linked = yield* one(
    "SELECT 1 FROM repository_blobs WHERE repository_id = ? AND digest = ?",
    repository,
    digest,
  );
  return linked !== undefined && (yield* healthyBytes(digest)) !== undefined ? digest : undefined;
}

const scheduleReview = `INSERT INTO blob_reviews (digest, review_after) VALUES (?, ?)
  ON CONFLICT (digest) DO UPDATE SET review_after = ${greater("review_after", "excluded.review_after")}`;

/**
 * Schedules a review of the blob: when its current pins have expired, the garbage collector checks whether anything
 * needs it.
 */
export function* reviewBlob(digest: Digest, after: number): Operation<void> {
  yield* run(scheduleReview, digest, after);
}
