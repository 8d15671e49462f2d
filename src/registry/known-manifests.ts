import { limits } from "../base/limits.ts";
import { Recent } from "../base/recent.ts";
import { turns } from "../base/turns.ts";
import type { ManifestRecord, MetadataStore, StoredManifest } from "../metadata/store.ts";
import { algorithmOf, digestOf } from "../oci/digest.ts";
import { isSchema1 } from "../oci/media-type.ts";
import { isDigest, type Reference } from "../oci/reference.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { Standing } from "./standing.ts";

/** The bytes do not change; how long they are promised for does. */
export type IntactManifest = Omit<StoredManifest, "pinnedUntil">;

/**
 * Manifests as the store has them now, without asking it again for what it said since the last commit, and without reading
 * and hashing bytes again that were intact before. All is kept by repository and reference, never by digest alone: that
 * another repository has the same manifest gives nobody a right to it.
 */
export class KnownManifests {
  readonly #store: MetadataStore;
  readonly #records: Standing<ManifestRecord>;
  readonly #intact = new Recent<IntactManifest>(limits.intactManifestBytes, ({ bytes }) => bytes.length);

  constructor(store: MetadataStore) {
    this.#store = store;
    this.#records = new Standing(store);
  }

  /** Undefined also where it has to be asked for. */
  knownRecord(repository: RepositoryName, reference: Reference): ManifestRecord | undefined {
    return this.#records.get(keyOf(repository, reference));
  }

  async record(repository: RepositoryName, reference: Reference): Promise<ManifestRecord | undefined> {
    return this.#records.read(keyOf(repository, reference), () =>
      isDigest(reference)
        ? this.#store.manifestInfoByDigest(repository, reference)
        : this.#store.manifestInfoByTag(repository, reference),
    );
  }

  /** Of a record that this gave, in the same repository; undefined where it was deleted since. */
  async manifest(
    repository: RepositoryName,
    { digest, mediaType }: ManifestRecord,
  ): Promise<IntactManifest | undefined> {
    const key = keyOf(repository, digest);
    const intact = this.#intact.get(key);
    if (intact?.mediaType === mediaType) return intact;
    const manifest = await this.#store.manifestByDigest(repository, digest);
    if (!manifest) return undefined;
    await turns.run(() => requireIntact(manifest));
    // The digest of schema 1 is not that of the bytes, to which every push may add signatures.
    if (!isSchema1(manifest.mediaType)) this.#intact.set(key, manifest);
    return manifest;
  }
}

function keyOf(repository: RepositoryName, reference: Reference): string {
  return `${repository}@${reference}`;
}

/** Wrong bytes are never served as a manifest: everything else hangs on it. */
function requireIntact({ bytes, bytesDigest, digest }: StoredManifest): void {
  if (digestOf(bytes, algorithmOf(bytesDigest)) !== bytesDigest)
    throw new Error(`the stored bytes of ${digest} are damaged`);
}
