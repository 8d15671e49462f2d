import { limits } from "../base/limits.ts";
import { Recent } from "../base/recent.ts";
import { whenThere, type Soon } from "../base/soon.ts";
import { turns } from "../base/turns.ts";
import {
  allBytes,
  type FoundManifest,
  type ManifestRecord,
  type MetadataStore,
  type StoredBytes,
} from "../metadata/store.ts";
import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
import { isSchema1 } from "../oci/media-type.ts";
import { isDigest, type Reference } from "../oci/reference.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { Standing } from "./standing.ts";

/** The bytes do not change; how long they are promised for does. */
export interface IntactManifest extends Omit<ManifestRecord, "pinnedUntil"> {
  readonly bytes: Uint8Array;
}

/**
 * Manifests as the store has them now, without asking it again for what it said since the last commit, and without reading
 * and hashing bytes again that were intact before. All is kept by repository and reference, never by digest alone: that
 * another repository has the same manifest gives nobody a right to it.
 */
export class KnownManifests {
  readonly #store: MetadataStore;
  readonly #records: Standing<ManifestRecord>;
  readonly #intact = new Recent<IntactManifest>(
    limits.intactManifestBytes,
    ({ bytes }) => limits.keptEntryBytes + bytes.length,
  );
  /** Of records, for their manifests: to put a key together each time costs as much as all else that is done with it. */
  readonly #keys = new WeakMap<ManifestRecord, string>();

  constructor(store: MetadataStore) {
    this.#store = store;
    this.#records = new Standing(store);
  }

  record(repository: RepositoryName, reference: Reference): Soon<ManifestRecord | undefined> {
    return this.#records.answer(keyOf(repository, reference), () => this.#ask(repository, reference));
  }

  manifest(repository: RepositoryName, reference: Reference): Soon<IntactManifest | undefined> {
    const record = this.#records.answer(keyOf(repository, reference), () => this.#askWithBytes(repository, reference));
    return whenThere(record, (found) => found && this.#bytesOf(repository, found));
  }

  #ask(repository: RepositoryName, reference: Reference, bytesUpTo?: number): Promise<FoundManifest | undefined> {
    return isDigest(reference)
      ? this.#store.manifestByDigest(repository, reference, bytesUpTo)
      : this.#store.manifestByTag(repository, reference, bytesUpTo);
  }

  /** Long ones not: after each commit they would be read again, where the record is enough to see that they are known. */
  async #askWithBytes(repository: RepositoryName, reference: Reference): Promise<ManifestRecord | undefined> {
    const found = await this.#ask(repository, reference, limits.manifestReadWithRecordBytes);
    if (!found?.stored) return found;
    const { stored, ...record } = found;
    if (!this.#intactOf(repository, record)) await this.#keep(repository, record, stored);
    return record;
  }

  #bytesOf(repository: RepositoryName, record: ManifestRecord): Soon<IntactManifest | undefined> {
    return this.#intactOf(repository, record) ?? this.#read(repository, record);
  }

  #intactOf(repository: RepositoryName, record: ManifestRecord): IntactManifest | undefined {
    const intact = this.#intact.get(this.#keyOf(repository, record));
    return intact?.mediaType === record.mediaType ? intact : undefined;
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

  /** Undefined where it was deleted since. */
  async #read(repository: RepositoryName, record: ManifestRecord): Promise<IntactManifest | undefined> {
    const found = await this.#store.manifestByDigest(repository, record.digest, allBytes);
    return found && this.#keep(repository, found, found.stored);
  }

  async #keep(repository: RepositoryName, record: ManifestRecord, stored?: StoredBytes): Promise<IntactManifest> {
    const { digest, mediaType, size } = record;
    const bytes = await turns.run(() => intactBytes(digest, stored));
    const manifest = { digest, mediaType, size, bytes };
    // The digest of schema 1 is not that of the bytes, to which every push may add signatures.
    if (!isSchema1(mediaType)) this.#intact.set(this.#keyOf(repository, record), manifest);
    return manifest;
  }
}

function keyOf(repository: RepositoryName, reference: Reference): string {
  return `${repository}@${reference}`;
}

/** Wrong bytes are never served as a manifest: everything else hangs on it. */
function intactBytes(digest: Digest, stored: StoredBytes | undefined): Uint8Array {
  if (stored && digestOf(stored.bytes, algorithmOf(stored.digest)) === stored.digest) return stored.bytes;
  throw new Error(`the stored bytes of ${digest} are damaged`);
}
