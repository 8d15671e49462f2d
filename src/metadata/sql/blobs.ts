import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { MetadataReads, MetadataWrites, NewBlob } from "../store.ts";
import { addAlias, resolveAliasIn, resolveAlias } from "./aliases.ts";
import { all, limited, one, run, type Operation, type Operations } from "./operation.ts";
import { ensureRepository, idOfRepository, repositoryId, unlistIfEmpty } from "./repositories.ts";

const blobOfDigest = "(SELECT blob_id FROM blob_digests WHERE digest = ?)";

/** Where the bytes of a digest lie, unless they were found missing or wrong. */
function healthyBytes(digest: Digest): Operation<{ readonly key: string; readonly size: number } | undefined> {
  return one(`SELECT key, size FROM blobs WHERE id = ${blobOfDigest} AND healthy = 1`, digest);
}

export const blobReads = {
  *blob(repository, asked) {
    const digest = yield* resolveAliasIn(repository, asked);
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
      "SELECT value AS key FROM json_each(?) AS given WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE key = given.value)",
      JSON.stringify(keys),
    );
    return rows.map(({ key }) => key);
  },

  *shortBytes(key) {
    const row = yield* one<{ bytes: Uint8Array }>(
      "SELECT bytes FROM short_blobs WHERE blob_id = (SELECT id FROM blobs WHERE key = ?)",
      key,
    );
    return row?.bytes;
  },
} satisfies Partial<Operations<MetadataReads>>;

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

  *mountBlob(from, to, asked, at, pinnedUntil) {
    const source = yield* blobReads.blob(from, asked);
    if (!source) return false;
    const repository = yield* ensureRepository(to, at);
    yield* link(repository, source.digest, at, pinnedUntil);
    if (asked !== source.digest) yield* addAlias(repository, asked, source.digest);
    return true;
  },

  *pinBlob(repository, digest, pinnedUntil) {
    const pinned = yield* one(
      `UPDATE repository_blobs SET pinned_until = max(pinned_until, ?)
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

  *deleteBlob({ repository, digest: asked, at, purgeAfter }) {
    const id = yield* repositoryId(repository);
    const digest = id === undefined ? undefined : yield* linkedAs(id, asked);
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
      "INSERT INTO trash (repository_id, kind, digest, deleted_at, purge_after) VALUES (?, 'blob', ?, ?, ?)",
      id,
      digest,
      at,
      purgeAfter,
    );
    yield* reviewBlob(digest, purgeAfter);
    yield* unlistIfEmpty(id);
    return "deleted";
  },
} satisfies Partial<Operations<MetadataWrites>>;

/** False where there is none in the repository. */
function* endSession(id: string, repository: RepositoryName): Operation<boolean> {
  const ended = yield* one("DELETE FROM uploads WHERE id = ? AND repository = ? RETURNING id", id, repository);
  return ended !== undefined;
}

/** Gives the repository the blob, whose first digest names the bytes already, by each of its names. */
function* linkNames({
  repository: name,
  digest: first,
  otherDigests = [],
  aliases = [],
  ...times
}: NewBlob): Operation<void> {
  const repository = yield* ensureRepository(name, times.at);
  for (const other of otherDigests) yield* nameAlso(other, first);
  for (const digest of [first, ...otherDigests]) yield* link(repository, digest, times.at, times.pinnedUntil);
  for (const alias of aliases) yield* addAlias(repository, alias, first);
}

/** Lets the digest name the new bytes, unless it already has intact ones. Returns the key that nothing names any more. */
function* nameBytes({ digest, key, size, bytes, at }: NewBlob): Operation<string | null> {
  const known = yield* one<{ id: number; key: string; healthy: number }>(
    `SELECT id, key, healthy FROM blobs WHERE id = ${blobOfDigest}`,
    digest,
  );
  if (known?.healthy === 1 && (!bytes || (yield* keepsBytes(known.id, bytes)))) return key;
  if (known) {
    // A push of what is damaged heals it, in every repository at once.
    yield* run("UPDATE blobs SET key = ?, size = ?, healthy = 1 WHERE id = ?", key, size, known.id);
    yield* run("DELETE FROM short_blobs WHERE blob_id = ?", known.id);
    if (bytes) yield* keepBytes(known.id, bytes);
    return known.key;
  }
  const blob = yield* one<{ id: number }>(
    "INSERT INTO blobs (key, size, created_at) VALUES (?, ?, ?) RETURNING id",
    key,
    size,
    at,
  );
  yield* run("INSERT INTO blob_digests (digest, blob_id) VALUES (?, ?)", digest, blob!.id);
  if (bytes) yield* keepBytes(blob!.id, bytes);
  return null;
}

/** Whether the store itself keeps exactly these bytes. Those that came are known to be right. */
function* keepsBytes(blob: number, bytes: Uint8Array): Operation<boolean> {
  return (yield* one("SELECT 1 FROM short_blobs WHERE blob_id = ? AND bytes = ?", blob, bytes)) !== undefined;
}

function* keepBytes(blob: number, bytes: Uint8Array): Operation<void> {
  yield* run("INSERT INTO short_blobs (blob_id, bytes) VALUES (?, ?)", blob, bytes);
}

/** Lets another digest name the bytes of the first, which were just verified. What it had before may be damaged. */
function* nameAlso(digest: Digest, first: Digest): Operation<void> {
  const had = yield* one<{ id: number }>(`SELECT blob_id AS id FROM blob_digests WHERE digest = ?`, digest);
  yield* run(
    `INSERT INTO blob_digests (digest, blob_id) VALUES (?, ${blobOfDigest})
     ON CONFLICT (digest) DO UPDATE SET blob_id = excluded.blob_id`,
    digest,
    first,
  );
  if (!had) return;
  yield* run(
    "DELETE FROM blobs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM blob_digests WHERE blob_id = blobs.id)",
    had.id,
  );
}

function* link(repository: number, digest: Digest, at: number, pinnedUntil: number): Operation<void> {
  yield* run(
    `INSERT INTO repository_blobs (repository_id, digest, pinned_until, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (repository_id, digest) DO UPDATE SET pinned_until = max(pinned_until, excluded.pinned_until)`,
    repository,
    digest,
    pinnedUntil,
    at,
  );
  yield* reviewBlob(digest, pinnedUntil);
}

/**
 * The digest by which this repository has the blob, if it has it and its bytes are there: then a manifest of it may refer
 * to the blob.
 */
export function* linkedAs(repository: number, asked: Digest): Operation<Digest | undefined> {
  const digest = yield* resolveAlias(repository, asked);
  const linked = yield* one(
    "SELECT 1 FROM repository_blobs WHERE repository_id = ? AND digest = ?",
    repository,
    digest,
  );
  return linked !== undefined && (yield* healthyBytes(digest)) !== undefined ? digest : undefined;
}

/** Asks the collector to look whether anything still needs this blob, once its present promises have run out. */
export function* reviewBlob(digest: Digest, after: number): Operation<void> {
  yield* run(
    `INSERT INTO blob_reviews (digest, review_after) VALUES (?, ?)
     ON CONFLICT (digest) DO UPDATE SET review_after = max(review_after, excluded.review_after)`,
    digest,
    after,
  );
}
