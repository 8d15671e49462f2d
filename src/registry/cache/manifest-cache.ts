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

/** What identifies a manifest and its bytes. Unlike `pinnedUntil`, it never changes. */
export type ManifestDescriptor = Pick<ManifestRecord, "digest" | "mediaType" | "size">;

/** A manifest whose bytes match its digest. */
export interface VerifiedManifest extends ManifestDescriptor {
  readonly bytes: Uint8Array;
}

/**
 * `ManifestCache` returns manifests as the store has them now. It queries the store again only after a commit, and
 * does not read and hash again the bytes that it has verified before. Its keys contain the repository and the
 * reference, never the digest alone: that another repository has the same manifest gives no right to it.
 */
export class ManifestCache {
  readonly #store: MetadataStore;
  readonly #damaged: Services["damaged"];
  readonly #records: VersionedCache<ManifestRecord>;
  readonly #manifests: VersionedCache<VerifiedManifest>;
  /** The verified manifests by repository and digest. They stay in the cache after a commit. */
  readonly #intact = new TwoGenerationCache(cacheLimits.verifiedManifestBytes, bytesOf);
  readonly #intactCounts = new CacheCounts();
  /** The digests that tags pointed to at their last lookup. */
  readonly #tagged = new TwoGenerationCache<Digest>(cacheLimits.answers);

  /** The reads of large manifests that are in progress, by reference and digest. */
  readonly #reading = new Map<string, Promise<Looked | undefined>>();

  constructor({ store, damaged }: Pick<Services, "store" | "damaged">) {
    this.#store = store;
    this.#damaged = damaged;
    this.#records = new VersionedCache(store);
    this.#manifests = new VersionedCache(store, new TwoGenerationCache(cacheLimits.answeredManifestBytes, bytesOf));
  }

  /** Hits and misses of the three parts: records, manifests until the next commit, and verified bytes. */
  get counts(): Readonly<Record<"manifest-records" | "manifests" | "manifest-bytes", CacheCounts>> {
    return {
      "manifest-records": this.#records.counts,
      manifests: this.#manifests.counts,
      "manifest-bytes": this.#intactCounts,
    };
  }

  /**
   * The record of a manifest that can be served; undefined if the manifest does not exist or its bytes are damaged.
   */
  record(repository: RepositoryName, reference: Reference): MaybePromise<ManifestRecord | undefined> {
    return this.#records.answer(keyOf(repository, reference), async () => {
      const found = await this.#look(repository, reference);
      return found?.manifest && found.record;
    });
  }

  /**
   * The manifest with its bytes; undefined if it does not exist. Throws if its bytes are damaged: all other content
   * depends on a manifest, so Lading never serves wrong bytes as one.
   */
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

  /** Whether the verified bytes are in memory, unless the tag has moved. */
  #seemsIntact(repository: RepositoryName, reference: Reference): boolean {
    const digest = isDigest(reference) ? reference : this.#tagged.get(keyOf(repository, reference));
    return digest !== undefined && this.#intact.get(keyOf(repository, digest)) !== undefined;
  }

  /**
   * Looks the manifest up. It reads the bytes only if they are not in memory. Otherwise it would read them again
   * after each commit.
   */
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

  /** Concurrent requests for the same large manifest share one read and its bytes. */
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
    // A read that began before this request may have followed the tag to its previous manifest.
    return read?.record.digest === digest ? read : this.#readWhole(repository, reference);
  }

  /**
   * Looks up the same reference again: the tag may have moved meanwhile, and its previous manifest may be deleted.
   */
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
    // The buffer is checked before other manifests are read: their bytes would fill the memory while they wait.
    const isLarge = size > ociLimits.manifestReadAtOnceBytes;
    const intact = isLarge
      ? eventLoopQueue.goOn("verify a large manifest", verify)
      : eventLoopQueue.run("verify a manifest", verify);
    if (!(await intact)) return undefined;
    const manifest = { digest, mediaType, size, bytes: stored.bytes };
    // The digest of a schema 1 manifest is not the hash of the stored bytes, and each push may add signatures to
    // them.
    if (!isSchema1(mediaType)) this.#intact.set(keyOf(repository, digest), manifest);
    return manifest;
  }
}

/** A manifest that is in the store. */
interface Looked {
  readonly record: ManifestRecord;
  /** Undefined if the bytes are damaged. */
  readonly manifest: VerifiedManifest | undefined;
}

/** The record of a found manifest, without the bytes. */
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
