import type { Grant } from "../../auth/grant.ts";
import { baseLimits } from "../../base/limits.ts";
import { metadataLimits } from "../../metadata/limits.ts";
import { contentLimits } from "./limits.ts";
import { CacheCounts } from "../../base/cache/counts.ts";
import { TwoGenerationCache } from "../../base/cache/two-generation-cache.ts";
import { andThen, type MaybePromise } from "../../base/async/maybe-promise.ts";
import type { BlobRecord } from "../../metadata/store.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { holds, type Precondition } from "../../oci/precondition.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { preconditionFailed } from "./preconditions.ts";
import { inPassing, Pins } from "./pins.ts";
import type { Services } from "../services.ts";
import { isSupported, type DigestKind } from "./digest-kind.ts";
import { markCorrupt, isReadAtOnce, openWhole, readIntact } from "./intact-bytes.ts";
import { isInline, sizeOfBytes } from "./inline-blobs.ts";
import { VersionedCache } from "../cache/versioned-cache.ts";

export type { BlobRecord } from "../../metadata/store.ts";

/** A blob that is open for reading. */
export interface OpenBlob {
  readonly record: BlobRecord;
  /**
   * The content, readable in whole or in slices. It is in memory for a small blob. For a larger one on a filesystem,
   * it is a file that the kernel copies.
   */
  readonly content: Uint8Array<ArrayBuffer> | Blob;
}

/**
 * `Blobs` gives access to the blobs of repositories. A row for (repository, digest) is the permission to read the
 * blob there.
 */
export class Blobs {
  readonly #services: Services;
  readonly #digestKinds: readonly DigestKind[];
  readonly #pins: Pins;
  readonly #records: VersionedCache<BlobRecord>;
  /** The records of blobs whose stored bytes were verified. */
  readonly #intact: VersionedCache<BlobRecord>;
  /** The bytes of small blobs, by storage key. */
  readonly #small = new TwoGenerationCache<Uint8Array<ArrayBuffer>>(
    contentLimits.smallBlobsBytes,
    ({ length }) => baseLimits.cacheEntryBytes + length,
  );

  readonly #smallCounts = new CacheCounts();

  constructor(services: Services, digestKinds: readonly DigestKind[] = [], pins = new Pins(services)) {
    this.#services = services;
    this.#pins = pins;
    this.#records = new VersionedCache(services.store);
    this.#intact = new VersionedCache(services.store);
    this.#digestKinds = digestKinds;
  }

  get cacheCounts(): Readonly<Record<"blob-records" | "intact-blobs" | "small-blobs", CacheCounts>> {
    return {
      "blob-records": this.#records.counts,
      "intact-blobs": this.#intact.counts,
      "small-blobs": this.#smallCounts,
    };
  }

  /** The record of a blob. It pins the blob before it answers, because clients skip an upload after this answer. */
  stat(grant: Grant<"pull", Digest>): MaybePromise<BlobRecord> {
    const { clock } = this.#services;
    return andThen(this.#findIntact(grant), (record) =>
      record.pinnedUntil >= clock.now() + metadataLimits.pinRenewMs ? record : this.#renewed(grant, record),
    );
  }

  async #renewed({ repository }: Grant<"pull", Digest>, record: BlobRecord): Promise<BlobRecord> {
    // The blob may have been deleted between the lookup and the pin.
    if (await this.#pins.renew({ kind: "blob", repository, digest: record.digest })) return record;
    throw unknown(record.digest);
  }

  open(grant: Grant<"pull", Digest>): MaybePromise<OpenBlob> {
    return andThen(this.#find(grant), (record) => this.#open(grant, record));
  }

  #open(grant: Grant<"pull", Digest>, record: BlobRecord): MaybePromise<OpenBlob> {
    const opened = isReadAtOnce(record) ? this.#readSmall(record) : openWhole(this.#services, record);
    return andThen<OpenBlob["content"] | undefined, OpenBlob>(opened, (content) =>
      content ? { record, content } : this.#lost(grant, record, (healed) => this.#open(grant, healed)),
    );
  }

  /**
   * The bytes of a small blob. A key never names other bytes later, and only requests with access to the blob know
   * the key.
   */
  #readSmall(record: BlobRecord): MaybePromise<Uint8Array<ArrayBuffer> | undefined> {
    const cached = this.#small.get(record.key);
    if (!cached) {
      this.#smallCounts.misses += 1;
      return this.#readAndKeep(record);
    }
    this.#smallCounts.hits += 1;
    // A blob that is missing in storage must not be served from memory. Otherwise the damage would stay hidden.
    return andThen(sizeOfBytes(this.#services, record), (size) => (size === record.size ? cached : undefined));
  }

  async #readAndKeep(record: BlobRecord): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await readIntact(this.#services, record);
    if (bytes) this.#small.set(record.key, bytes);
    return bytes;
  }

  /**
   * Removes the blob from the repository. Its bytes stay until the garbage collector has verified that nothing else
   * needs them.
   */
  async delete(grant: Grant<"delete", Digest>, precondition: Precondition = {}): Promise<void> {
    const { store, clock } = this.#services;
    const at = clock.now();
    const { principal, repository, object: digest } = grant;
    this.#requireNamed(digest);
    if (!holds(precondition, digest)) throw preconditionFailed(digest);
    const result = await store.deleteBlob({
      repository,
      digest,
      actor: principal.name,
      at,
      purgeAfter: at + contentLimits.trashMs,
    });
    if (result === "unknown") throw unknown(digest);
    if (result !== "deleted") {
      const message = `the manifest ${result.referencedBy} still refers to this blob`;
      throw new RegistryError("CONTENT_REFERENCED", { message, detail: result }, { allow: ["GET", "HEAD"] });
    }
  }

  #find({ repository, object: digest }: Grant<"pull", Digest>): MaybePromise<BlobRecord> {
    this.#requireNamed(digest);
    const ask = () => this.#services.store.blob(repository, digest);
    return andThen(this.#records.answer(`${repository}@${digest}`, ask), (record) => {
      if (!record) throw unknown(digest);
      return record;
    });
  }

  /**
   * The record of a blob that can be served: inline bytes were verified against the digest, a file has the right
   * size.
   */
  #findIntact(grant: Grant<"pull", Digest>): MaybePromise<BlobRecord> {
    const { repository, object: digest } = grant;
    this.#requireNamed(digest);
    const ask = () => this.#askIntact(repository, digest);
    return andThen(this.#intact.answer(`${repository}@${digest}`, ask), (record) => {
      if (!record) throw unknown(digest);
      return andThen(sizeOfBytes(this.#services, record), (size) =>
        size === record.size ? record : this.#lost(grant, record, () => this.#findIntact(grant)),
      );
    });
  }

  async #askIntact(repository: RepositoryName, digest: Digest): Promise<BlobRecord | undefined> {
    const record = await this.#services.store.blob(repository, digest);
    if (!record || !isInline(record.key)) return record;
    // The bytes for the reader stay in memory, so the next commit does not cause another read and verification.
    if (await this.#readSmall(record)) return record;
    // If a push has repaired the blob at the same time, its record has another key.
    return (await this.#markCorrupt(record)) ? this.#askIntact(repository, digest) : undefined;
  }

  /**
   * Marks a blob with missing, short or wrong bytes as corrupt. From then on the blob is absent, so that the next
   * push repairs it. If a push has repaired it since the record was read, `goOn` gets the new record.
   */
  async #lost<T>(
    { repository, object: digest }: Grant<"pull", Digest>,
    record: BlobRecord,
    goOn: (healed: BlobRecord) => MaybePromise<T>,
  ): Promise<T> {
    const { store } = this.#services;
    await this.#markCorrupt(record);
    const healed = await store.blob(repository, digest);
    // The key is the same if the blob could not be marked as corrupt.
    if (!healed || healed.key === record.key) throw unknown(digest);
    return goOn(healed);
  }

  /** Returns false if the database cannot be written now. Then the next reader detects the damage again. */
  async #markCorrupt(record: BlobRecord): Promise<boolean> {
    return (await inPassing(markCorrupt(this.#services, record).then(() => true))) ?? false;
  }

  /** Throws BLOB_UNKNOWN for an alias of a kind that the operator has switched off. */
  #requireNamed(digest: Digest): void {
    if (!isSupported(this.#digestKinds, digest)) throw unknown(digest);
  }
}

function unknown(digest: Digest): RegistryError {
  return new RegistryError("BLOB_UNKNOWN", { detail: { digest } });
}
