import { limits } from "../base/limits.ts";
import { Recent } from "../base/recent.ts";
import type { Soon } from "../base/soon.ts";
import { turns } from "../base/turns.ts";
import type { ManifestRecord, MetadataStore, StoredManifest } from "../metadata/store.ts";
import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
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
  /** Of records, for their manifests: to put a key together each time costs as much as all else that is done with it. */
  readonly #keys = new WeakMap<ManifestRecord, string>();

  constructor(store: MetadataStore) {
    this.#store = store;
    this.#records = new Standing(store);
  }

  record(repository: RepositoryName, reference: Reference): Soon<ManifestRecord | undefined> {
    const store = this.#store;
    return this.#records.answer(keyOf(repository, reference), () =>
      isDigest(reference)
        ? store.manifestInfoByDigest(repository, reference)
        : store.manifestInfoByTag(repository, reference),
    );
  }

  /** Of a record that this gave, in the same repository; undefined where it was deleted since. */
  manifest(repository: RepositoryName, record: ManifestRecord): Soon<IntactManifest | undefined> {
    const key = this.#keyOf(repository, record);
    const intact = this.#intact.get(key);
    return intact?.mediaType === record.mediaType ? intact : this.#read(repository, record.digest, key);
  }

  /** A record is that of one repository. */
  #keyOf(repository: RepositoryName, record: ManifestRecord): string {
    let key = this.#keys.get(record);
    if (key === undefined) {
      key = keyOf(repository, record.digest);
      this.#keys.set(record, key);
    }
    return key;
  }

  async #read(repository: RepositoryName, digest: Digest, key: string): Promise<IntactManifest | undefined> {
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
