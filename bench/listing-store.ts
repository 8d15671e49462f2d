/** A data directory with as many tags, repositories and referrers as a bench of listings asks for. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { migrations } from "../src/metadata/sql/migrations.ts";
import { writes } from "../src/metadata/sql/operations.ts";
import { drive, openForWriting } from "../src/metadata/sqlite/connection.ts";
import { migrate } from "../src/metadata/sqlite/migrate.ts";
import type { ManifestPush, NewManifest } from "../src/metadata/store.ts";
import { digestOf } from "../src/oci/digest.ts";
import { parseManifest } from "../src/oci/manifest.ts";
import { packManifest } from "../src/oci/packed-manifest.ts";
import { mediaTypes } from "../src/oci/media-type.ts";
import type { Tag } from "../src/oci/reference.ts";
import type { RepositoryName } from "../src/oci/repository-name.ts";

export const repository = "team/app" as RepositoryName;
export const subject = digestOf(new TextEncoder().encode("subject"));

/** What a store lists, in the order in which it does. */
export interface Listed {
  readonly tags: readonly string[];
  readonly repositories: readonly string[];
  readonly referrers: readonly string[];
}

/** Fills a data directory by the store's own operations, in one transaction. */
export async function fill(data: string, count: number): Promise<Listed> {
  await mkdir(data, { recursive: true });
  const database = openForWriting(join(data, "metadata.sqlite"));
  migrate(database, migrations);
  const tags = numbered(count, "v") as Tag[];
  const repositories = numbered(count - 1, "team/zone-") as RepositoryName[];
  const referrers = Array.from({ length: count }, (_, at) => referrer(at));
  const manifests = [
    manifestOf(repository, {}, tags),
    ...repositories.map((name) => manifestOf(name, {})),
    ...referrers,
  ];
  database.transaction(() => {
    for (const manifest of manifests) drive(database, writes.putManifest(packed(manifest)));
  })();
  database.close();
  const digests = referrers.map(({ digest }) => digest).toSorted();
  return { tags, repositories: [repository, ...repositories], referrers: digests };
}

function numbered(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) => prefix + String(index).padStart(6, "0"));
}

function referrer(at: number): NewManifest {
  const annotations = { "org.opencontainers.image.created": "2026-01-01T00:00:00Z", at: String(at) };
  const artifactType = "application/vnd.dev.sigstore.bundle.v0.3+json";
  const about = { mediaType: mediaTypes.ociManifest, digest: subject, size: 1024 };
  return manifestOf(repository, { artifactType, subject: about, annotations });
}

function manifestOf(name: RepositoryName, fields: object, tags: readonly Tag[] = []): NewManifest {
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [], ...fields };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const manifest = parseManifest(bytes, mediaTypes.ociIndex);
  const now = Date.now();
  return { repository: name, digest: digestOf(bytes), bytes, manifest, tags, at: now, pinnedUntil: now };
}

function packed({ manifest, ...known }: NewManifest): ManifestPush {
  return { ...known, packed: packManifest(manifest) };
}
