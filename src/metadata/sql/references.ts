/**
 * The references of a manifest. They are looked up before the manifest is stored, and protected from deletion once it
 * is stored.
 */
import { ExpiringSet } from "../../base/cache/expiring-set.ts";
import { metadataLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { isSchema1, type MediaType } from "../../oci/media-type.ts";
import type { PackedReferences } from "../../oci/packed-manifest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import {
  type FoundReferences,
  type ManifestWrite,
  type MetadataReads,
  type MissizedReference,
  resolvedReferences,
  type ResolvedReferences,
  type StoredFile,
} from "../store.ts";
import { entries } from "./dialect.ts";
import { all, one, run, type Operation, type Operations, type Row } from "./operation.ts";
import { idOfRepository, repositoryId } from "./repositories.ts";

type ReferenceRow = Row & {
  readonly digest: Digest;
  /** Size according to the document; null if it gives none. */
  readonly said: number | null;
  /** The digest by which the repository has the blob; null if it does not have it. */
  readonly linked: Digest | null;
  /** Size of the blob; null if its bytes were found missing or wrong. */
  readonly blob_size: number | null;
  readonly key: string | null;
  /** The blob's id if it is an inline blob whose bytes have the right length. */
  readonly inline_id: number | null;
  /** Null if the repository has no such manifest. */
  readonly media_type: MediaType | null;
  readonly manifest_id: number;
  readonly manifest_size: number;
};

/**
 * The statement that looks up references. `meaning` is an SQL expression for the digest of the blob that a name in the
 * document means. The query plan does not depend on the references.
 */
const lookUp = (meaning: string) => `
  SELECT wanted.key AS digest, wanted.value AS said, linked.digest AS linked, blobs.size AS blob_size,
         blobs.key AS key,
         (SELECT blob_id FROM inline_blobs WHERE blob_id = blobs.id AND length(bytes) = blobs.size) AS inline_id,
         manifests.media_type AS media_type, manifests.id AS manifest_id, manifests.size AS manifest_size
    FROM (SELECT ${idOfRepository} AS id) AS repository JOIN ${entries} AS wanted
    LEFT JOIN repository_blobs AS linked ON linked.repository_id = repository.id AND linked.digest = ${meaning}
    LEFT JOIN blob_digests ON blob_digests.digest = linked.digest
    LEFT JOIN blobs ON blobs.id = blob_digests.blob_id AND blobs.healthy = 1
    LEFT JOIN manifests ON manifests.repository_id = repository.id AND manifests.digest = wanted.key`;

const lookUpByDigest = lookUp("wanted.key");
const lookUpByAlias = lookUp(
  "coalesce((SELECT digest FROM blob_aliases WHERE repository_id = repository.id AND alias = wanted.key), wanted.key)",
);

/** Operations that look up references. */
export const referenceReads = {
  *references(repository, wanted, byAlias = false) {
    const sql = byAlias ? lookUpByAlias : lookUpByDigest;
    const found = new Findings();
    for (const demand of ["needed", "manifests", "later", "elsewhere"] as const) {
      if (wanted[demand] === "{}") continue;
      for (const row of yield* all<ReferenceRow>(sql, repository, wanted[demand])) {
        found.add(yield* withoutDamage(row), demand);
      }
    }
    return found.result();
  },
} satisfies Partial<Operations<MetadataReads>>;

/**
 * Verifies content that is in the database itself (L23). An inline blob with wrong bytes is reported like the files,
 * which are checked outside the transaction and marked corrupt there. A manifest with wrong bytes counts as absent, as
 * it does for readers.
 */
function* withoutDamage(row: ReferenceRow): Operation<ReferenceRow> {
  const { linked, key, inline_id: inline, media_type: mediaType } = row;
  const isToVerify = inline !== null && linked !== null && key !== null && !verified.has(key);
  const isInlineDamaged = isToVerify && !(yield* isInlineIntact(inline, linked));
  if (isToVerify && !isInlineDamaged) verified.add(key);
  const isManifestDamaged = mediaType !== null && !(yield* isManifestIntact(row));
  if (!isInlineDamaged && !isManifestDamaged) return row;
  return {
    ...row,
    ...(isInlineDamaged && { inline_id: null }),
    ...(isManifestDamaged && { media_type: null }),
  };
}

/**
 * Keys of inline blobs that were verified recently; no key is ever used twice. Thousands of tags may be set in a second
 * for images of the same blobs.
 */
const verified = new ExpiringSet(metadataLimits.verifiedForMs, metadataLimits.verifiedBlobs);

function* isInlineIntact(id: number, digest: Digest): Operation<boolean> {
  const row = yield* one<{ bytes: Uint8Array }>("SELECT bytes FROM inline_blobs WHERE blob_id = ?", id);
  return row !== undefined && digestOf(row.bytes, algorithmOf(digest)) === digest;
}

/**
 * True if a manifest's stored bytes are right. For a large manifest only the length is compared, as for a blob in a
 * file.
 */
function* isManifestIntact({ digest, manifest_id: id, manifest_size: size }: ReferenceRow): Operation<boolean> {
  const row = yield* one<{ length: number; bytes: Uint8Array | null; kept: Digest | null }>(
    `SELECT length(bytes) AS length, CASE WHEN length(bytes) <= ? THEN bytes END AS bytes, digest AS kept
       FROM manifest_bytes WHERE manifest_id = ?`,
    ociLimits.manifestReadAtOnceBytes,
    id,
  );
  if (row?.length !== size) return false;
  const expected = row.kept ?? digest;
  return row.bytes === null || digestOf(row.bytes, algorithmOf(expected)) === expected;
}

class Findings {
  /** At most as many as are reported: to pass 10,000 from thread to thread takes longer than to find them. */
  readonly #missing: Digest[] = [];
  #missingCount = 0;
  readonly #missized: MissizedReference[] = [];
  readonly #files: StoredFile[] = [];
  /** A set, because two names in the document can mean the same blob. */
  readonly #blobs = new Set<Digest>();
  readonly #manifests: Digest[] = [];
  readonly #awaited: Digest[] = [];

  /**
   * Adds one reference. Content that exists both as a blob and as a manifest is protected as both, because a client may
   * read it by either route.
   */
  add(row: ReferenceRow, demand: "needed" | "manifests" | "later" | "elsewhere"): void {
    const { digest, said, linked, key, inline_id: inline, blob_size: size, media_type: mediaType } = row;
    if (linked !== null) this.#blobs.add(linked);
    if (mediaType !== null) this.#manifests.push(digest);
    const actual = sizeIn(row);
    if (said !== null && actual !== null && said !== actual) this.#addMissized({ digest, said, actual });
    if (mediaType !== null) return;
    if (demand === "later") this.#awaited.push(digest);
    else if (demand === "manifests" || (demand === "needed" && size === null)) this.#addMissing(digest);
    else if (size !== null && key !== null && inline === null)
      this.#files.push({ digest, key, size, needed: demand === "needed" });
  }

  #addMissing(digest: Digest): void {
    this.#missingCount += 1;
    if (this.#missing.length < ociLimits.errorsListed) this.#missing.push(digest);
  }

  #addMissized(reference: MissizedReference): void {
    if (this.#missized.length < ociLimits.errorsListed) this.#missized.push(reference);
  }

  result(): FoundReferences {
    // Sorted like their rows, so that the transaction finds them next to each other. For 10,000 references that halves
    // the time.
    const resolved = resolvedReferences([...this.#blobs].toSorted(), this.#manifests.toSorted(), this.#awaited);
    const missing = { missing: this.#missing, missingCount: this.#missingCount };
    return { ...missing, missized: this.#missized, files: this.#files, resolved };
  }
}

/**
 * Size of the content in bytes. Null if the content is missing, or is a schema 1 manifest, which grows with each
 * signature.
 */
function sizeIn({ blob_size: size, media_type: mediaType, manifest_size: whole }: ReferenceRow): number | null {
  if (size !== null) return size;
  return mediaType === null || isSchema1(mediaType) ? null : whole;
}

/**
 * Resolves the references of a manifest. Undefined if something is missing, has another size, or is in a file that has
 * to be checked.
 */
export function* resolve(
  { repository, byAlias }: Pick<ManifestWrite, "repository" | "byAlias">,
  unresolved: PackedReferences,
): Operation<ResolvedReferences | undefined> {
  const found = yield* referenceReads.references(repository, unresolved, byAlias);
  return found.missingCount + found.missized.length + found.files.length === 0 ? found.resolved : undefined;
}

const unlinked = `SELECT value AS digest FROM ${entries} AS referred
  WHERE NOT EXISTS (SELECT 1 FROM repository_blobs WHERE repository_id = ? AND repository_blobs.digest = referred.value)`;
const unstored = `SELECT value AS digest FROM ${entries} AS referred
  WHERE NOT EXISTS (SELECT 1 FROM manifests WHERE repository_id = ? AND manifests.digest = referred.value)`;
const nothing = "[]";

/** Returns the references that were resolved before the transaction began and are missing now. */
export function* missingSince(
  repository: RepositoryName,
  { blobs, manifests }: ResolvedReferences,
): Operation<Digest[]> {
  if (blobs === nothing && manifests === nothing) return [];
  const id = (yield* repositoryId(repository)) ?? null;
  const links = blobs === nothing ? [] : yield* all<{ digest: Digest }>(unlinked, blobs, id);
  const stored = manifests === nothing ? [] : yield* all<{ digest: Digest }>(unstored, manifests, id);
  return [...links, ...stored].map(({ digest }) => digest);
}

/** SQL expression: the number of blobs and manifests to which a row of `manifests` refers. */
export const edgesOfManifest = `((SELECT count(*) FROM manifest_blobs WHERE manifest_id = manifests.id)
  + (SELECT count(*) FROM manifest_children WHERE manifest_id = manifests.id))`;

/**
 * True if the manifest is already stored with an edge to each of its references, so that pushing it again changes no
 * edge. Its edges are always among the resolved references, so equal numbers mean equal edges. An alias may name other
 * bytes now, so edges by alias are not compared.
 */
export function* hasAllEdges(
  { repository, digest, byAlias = false }: ManifestWrite,
  { count }: ResolvedReferences,
): Operation<boolean> {
  // A few edges are written faster than they are counted.
  if (byAlias || count <= metadataLimits.referencesAtOnce) return false;
  const row = yield* one<{ edges: number }>(
    `SELECT ${edgesOfManifest} AS edges FROM manifests WHERE repository_id = ${idOfRepository} AND digest = ?`,
    repository,
    digest,
  );
  return row?.edges === count;
}

const insertBlobEdges = `INSERT INTO manifest_blobs (manifest_id, digest, repository_id)
  SELECT ?, value, ? FROM ${entries} WHERE true ON CONFLICT DO NOTHING`;
const insertChildEdges = `INSERT INTO manifest_children (manifest_id, child_id)
  SELECT ?, (SELECT id FROM manifests WHERE repository_id = ? AND digest = value) FROM ${entries} WHERE true
  ON CONFLICT DO NOTHING`;

/** Inserts the edges of a manifest. They protect the content from deletion and from garbage collection. */
export function* insertEdges(
  repository: number,
  manifest: number,
  { blobs, manifests, awaited }: ResolvedReferences,
): Operation<void> {
  if (blobs !== nothing) {
    yield* run(insertBlobEdges, manifest, repository, blobs);
  }
  if (manifests !== nothing) {
    yield* run(insertChildEdges, manifest, repository, manifests);
  }
  if (awaited !== nothing) yield* recordAwaited(repository, manifest, awaited);
}

/** Records the manifests that the index awaits. One that arrived since the lookup gets its edge at once. */
function* recordAwaited(repository: number, manifest: number, awaited: string): Operation<void> {
  yield* run(
    `INSERT INTO manifest_children (manifest_id, child_id)
     SELECT ?, manifests.id FROM ${entries} AS awaited
       JOIN manifests ON manifests.repository_id = ? AND manifests.digest = awaited.value WHERE true
     ON CONFLICT DO NOTHING`,
    manifest,
    awaited,
    repository,
  );
  yield* run(
    `INSERT INTO awaited_manifests (repository_id, digest, manifest_id)
     SELECT ?, value, ? FROM ${entries} AS awaited
      WHERE NOT EXISTS (SELECT 1 FROM manifests WHERE manifests.repository_id = ? AND manifests.digest = awaited.value)
     ON CONFLICT DO NOTHING`,
    repository,
    manifest,
    awaited,
    repository,
  );
}

/** Makes a newly stored manifest a child of every index that awaits it. */
export function* adoptByIndexes(repository: number, digest: Digest, id: number): Operation<void> {
  const waiting = yield* all<{ manifest_id: number }>(
    "SELECT manifest_id FROM awaited_manifests WHERE repository_id = ? AND digest = ?",
    repository,
    digest,
  );
  // This is the usual case. A DELETE that finds nothing takes ten times as long.
  if (waiting.length === 0) return;
  yield* run("DELETE FROM awaited_manifests WHERE repository_id = ? AND digest = ?", repository, digest);
  for (const { manifest_id: index } of waiting) {
    yield* run("INSERT INTO manifest_children (manifest_id, child_id) VALUES (?, ?) ON CONFLICT DO NOTHING", index, id);
  }
}
