import { baseLimits } from "../../base/limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { cacheLimits } from "./limits.ts";
import { CacheCounts } from "../../base/cache/counts.ts";
import { TwoGenerationCache } from "../../base/cache/two-generation-cache.ts";
import type { MaybePromise } from "../../base/async/maybe-promise.ts";
import { eventLoopQueue } from "../../base/async/event-loop-queue.ts";
import {
  allBytes,
  type FoundManifest,
  type ManifestRecord,
  type MetadataStore,
  type StoredBytes,
} from "../../metadata/store.ts";
import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { isSchema1 } from "../../oci/media-type.ts";
import { isDigest, type Reference } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { Services } from "../services.ts";
import { VersionedCache } from "./versioned-cache.ts";

/** The bytes do not change; how long they are promised for does. */
export interface VerifiedManifest extends Omit<ManifestRecord, "pinnedUntil"> {
  readonly bytes: Uint8Array;
}

/**
 * Manifests as the store has them now, without asking it again for what it said since the last commit, and without reading
 * and hashing bytes again that were intact before. All is kept by repository and reference, never by digest alone: that
 * another repository has the same manifest gives nobody a right to it.
 */
export class ManifestCache {
  readonly #store: MetadataStore;
  readonly #damaged: Services["damaged"];
  readonly #records: VersionedCache<ManifestRecord>;
  readonly #manifests: VersionedCache<VerifiedManifest>;
  /** By digest: what a commit leaves of them. */
  readonly #intact = new TwoGenerationCache(cacheLimits.verifiedManifestBytes, bytesOf);
  readonly #intactCounts = new CacheCounts();
  /** The digests that tags had when they were looked up. */
  readonly #tagged = new TwoGenerationCache<Digest>(cacheLimits.answers);

  /** Readings of large manifests that are under way, by what was asked for and found. */
  readonly #reading = new Map<string, Promise<Looked | undefined>>();

  constructor({ store, damaged }: Pick<Services, "store" | "damaged">) {
    this.#store = store;
    this.#damaged = damaged;
    this.#records = new VersionedCache(store);
    this.#manifests = new VersionedCache(store, new TwoGenerationCache(cacheLimits.answeredManifestBytes, bytesOf));
  }

  /** Of its parts: records, manifests until the next commit, and verified bytes. */
  get counts(): Readonly<Record<"manifest-records" | "manifests" | "manifest-bytes", CacheCounts>> {
    return {
      "manifest-records": this.#records.counts,
      manifests: this.#manifests.counts,
      "manifest-bytes": this.#intactCounts,
    };
  }

  /** Of a manifest that can be given: undefined where there is none, or where its bytes are damaged. */
  record(repository: RepositoryName, reference: Reference): MaybePromise<ManifestRecord | undefined> {
    return this.#records.answer(keyOf(repository, reference), async () => {
      const found = await this.#look(repository, reference);
      return found?.manifest && found.record;
    });
  }

  /** Throws where its bytes are damaged: wrong ones are never served as a manifest, for everything else hangs on it. */
  manifest(repository: RepositoryName, reference: Reference): MaybePromise<VerifiedManifest | undefined> {
    return this.#manifests.answer(keyOf(repository, reference), async () => {
      const found = await this.#look(repository, reference);
      if (found && !found.manifest) throw new Error(`the stored bytes of ${found.record.digest} are damaged`);
      return found?.manifest;
    });
  }

  #find(repository: RepositoryName, reference: Reference, bytesUpTo?: number): Promise<FoundManifest | undefined> {
    return isDigest(reference)
      ? this.#store.manifestByDigest(repository, reference, bytesUpTo)
      : this.#store.manifestByTag(repository, reference, bytesUpTo);
  }

  /** Whether its bytes are in memory, unless the tag has moved. */
  #seemsIntact(repository: RepositoryName, reference: Reference): boolean {
    const digest = isDigest(reference) ? reference : this.#tagged.get(keyOf(repository, reference));
    return digest !== undefined && this.#intact.get(keyOf(repository, digest)) !== undefined;
  }

  /** With the bytes only where they are not known: else they would be read again after each commit. */
  async #look(repository: RepositoryName, reference: Reference): Promise<Looked | undefined> {
    const bytesUpTo = this.#seemsIntact(repository, reference) ? undefined : cacheLimits.manifestReadWithRecordBytes;
    const found = await this.#find(repository, reference, bytesUpTo);
    if (!found) return undefined;
    if (!isDigest(reference)) this.#tagged.set(keyOf(repository, reference), found.digest);
    const intact = this.#intact.get(keyOf(repository, found.digest));
    if (intact?.mediaType === found.mediaType) {
      this.#intactCounts.hits += 1;
      return { record: recordOf(found), manifest: intact };
    }
    this.#intactCounts.misses += 1;
    return found.stored ? this.#looked(repository, found) : this.#readOnce(repository, reference, found);
  }

  /** Requests that ask for the same large manifest at the same moment share one reading, and its bytes. */
  async #readOnce(
    repository: RepositoryName,
    reference: Reference,
    { digest, mediaType }: FoundManifest,
  ): Promise<Looked | undefined> {
    const key = `${keyOf(repository, reference)} ${digest} ${mediaType}`;
    let reading = this.#reading.get(key);
    if (!reading) {
      reading = this.#readWhole(repository, reference).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    const read = await reading;
    // A reading that began before this request may have seen what the tag pointed to then.
    return read?.record.digest === digest ? read : this.#readWhole(repository, reference);
  }

  /** By the same name: the tag may have moved in between, and what it pointed to may be gone. */
  async #readWhole(repository: RepositoryName, reference: Reference): Promise<Looked | undefined> {
    const whole = await this.#find(repository, reference, allBytes);
    return whole && this.#looked(repository, whole);
  }

  async #looked(repository: RepositoryName, found: FoundManifest): Promise<Looked> {
    const manifest = await this.#verify(repository, found);
    if (!manifest) this.#damaged?.({ content: "manifest", digest: found.digest, repository });
    return { record: recordOf(found), manifest };
  }

  async #verify(repository: RepositoryName, found: FoundManifest): Promise<VerifiedManifest | undefined> {
    const { digest, mediaType, size, stored } = found;
    if (!stored) return undefined;
    const verify = () => isIntact(stored);
    // Before others are read: their bytes would fill the memory while they wait.
    const isLarge = size > ociLimits.manifestReadAtOnceBytes;
    const intact = isLarge
      ? eventLoopQueue.goOn("verify a large manifest", verify)
      : eventLoopQueue.run("verify a manifest", verify);
    if (!(await intact)) return undefined;
    const manifest = { digest, mediaType, size, bytes: stored.bytes };
    // The digest of schema 1 is not that of the bytes, to which every push may add signatures.
    if (!isSchema1(mediaType)) this.#intact.set(keyOf(repository, digest), manifest);
    return manifest;
  }
}

/** Of a manifest that the store has. */
interface Looked {
  readonly record: ManifestRecord;
  /** Undefined where its bytes are damaged. */
  readonly manifest: VerifiedManifest | undefined;
}

/** Without the bytes. */
function recordOf({ digest, mediaType, size, pinnedUntil }: FoundManifest): ManifestRecord {
  return { digest, mediaType, size, pinnedUntil };
}

function bytesOf({ bytes }: VerifiedManifest): number {
  return baseLimits.cacheEntryBytes + bytes.length;
}

function keyOf(repository: RepositoryName, reference: Reference): string {
  return `${repository}@${reference}`;
}

function isIntact({ bytes, digest }: StoredBytes): boolean {
  return digestOf(bytes, algorithmOf(digest)) === digest;
}
