/** A data directory with tags, repositories and referrers for the benches of listings. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { migrations } from "../src/metadata/sql/migrations.ts";
import { writes } from "../src/metadata/sql/operations.ts";
import { drive, openForWriting } from "../src/metadata/sqlite/connection.ts";
import { migrate } from "../src/metadata/sqlite/migrate.ts";
import { resolvedReferences, type ManifestWrite } from "../src/metadata/store.ts";
import { digestOf } from "../src/oci/digest.ts";
import { parseManifest } from "../src/oci/manifest.ts";
import { packManifest } from "../src/oci/packed-manifest.ts";
import { mediaTypes } from "../src/oci/media-type.ts";
import type { Tag } from "../src/oci/reference.ts";
import type { RepositoryName } from "../src/oci/repository-name.ts";

const manifestsInGroup = 10_000;
/** Large enough for everything that is written, so that the speed of the disk does not limit the filling. */
const fillingCacheKiB = 2_000_000;

export const repository = "team/app" as RepositoryName;
export const subject = digestOf(new TextEncoder().encode("subject"));

/** The content of a store, in the order of its listings. */
export interface Listed {
  readonly tags: readonly string[];
  readonly repositories: readonly string[];
  readonly referrers: readonly string[];
}

/** Fills a data directory with the operations of the store. */
export async function fill(data: string, count: number): Promise<Listed> {
  const tags = numbered(count, "v");
  const repositories = numbered(count - 1, "team/zone-");
  const referrers = Array.from({ length: count }, (_, at) => referrer(at));
  await put(data, [tagged(repository, tags), ...repositories.map(alone), ...referrers]);
  const digests = referrers.map(({ digest }) => digest).toSorted();
  return { tags, repositories: [repository, ...repositories], referrers: digests };
}

export interface Rows {
  /** The repository with all the tags. The others have one manifest each. */
  readonly tagged: RepositoryName;
  readonly tags: number;
  readonly repositories: number;
}

/** Fills a data directory whose lists are too large for memory. */
export function fillRows(data: string, rows: Rows): Promise<void> {
  return put(data, manifestsOf(rows));
}

function* manifestsOf({ tagged: name, tags, repositories }: Rows): Generator<ManifestWrite> {
  yield tagged(name, numbered(tags, "v"));
  for (const other of numbered(repositories - 1, "team/zone-")) yield alone(other);
}

/** Writes in transactions that are not too large for the log of the database. */
async function put(data: string, manifests: Iterable<ManifestWrite>): Promise<void> {
  await mkdir(data, { recursive: true });
  const database = openForWriting(join(data, "metadata.sqlite"));
  migrate(database, migrations);
  // Of this connection only. The connections of the registry have their usual size.
  database.run(`PRAGMA cache_size = -${fillingCacheKiB}`);
  database.run("PRAGMA synchronous = OFF");
  const putAll = database.transaction((each: readonly ManifestWrite[]) => {
    for (const manifest of each) drive(database, writes.putManifest(manifest));
  });
  const group: ManifestWrite[] = [];
  for (const manifest of manifests) {
    group.push(manifest);
    if (group.length === manifestsInGroup) putAll(group.splice(0));
  }
  putAll(group);
  database.close();
}

function numbered(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) => prefix + String(index).padStart(6, "0"));
}

function alone(name: string): ManifestWrite {
  return manifestOf(name as RepositoryName, {});
}

function tagged(name: RepositoryName, tags: readonly string[]): ManifestWrite {
  return manifestOf(name, {}, tags as Tag[]);
}

function referrer(at: number): ManifestWrite {
  const annotations = { "org.opencontainers.image.created": "2026-01-01T00:00:00Z", at: String(at) };
  const artifactType = "application/vnd.dev.sigstore.bundle.v0.3+json";
  const about = { mediaType: mediaTypes.ociManifest, digest: subject, size: 1024 };
  return manifestOf(repository, { artifactType, subject: about, annotations });
}

function manifestOf(name: RepositoryName, fields: object, tags: readonly Tag[] = []): ManifestWrite {
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [], ...fields };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const manifest = parseManifest(bytes, mediaTypes.ociIndex);
  const now = Date.now();
  const named = { repository: name, digest: digestOf(bytes), tags, at: now, pinnedUntil: now };
  return { ...named, bytes, packed: packManifest(manifest), references: resolvedReferences([]) };
}
