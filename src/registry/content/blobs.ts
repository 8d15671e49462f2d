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

export interface OpenBlob {
  readonly record: BlobRecord;
  /** To be read in whole or in slices: bytes of a small one; of a larger one on a filesystem, what the kernel copies. */
  readonly content: Uint8Array<ArrayBuffer> | Blob;
}

/** Blobs of a repository. Membership, one row for (repository, digest), is the permission to read. */
export class Blobs {
  readonly #services: Services;
  readonly #digestKinds: readonly DigestKind[];
  readonly #pins: Pins;
  readonly #records: VersionedCache<BlobRecord>;
  /** Those of which the bytes that lie in the store were verified. */
  readonly #intact: VersionedCache<BlobRecord>;
  /** By storage key. */
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

  /** Answers only after the blob is promised for a while: clients skip an upload because of it. */
  stat(grant: Grant<"pull", Digest>): MaybePromise<BlobRecord> {
    const { clock } = this.#services;
    return andThen(this.#findIntact(grant), (record) =>
      record.pinnedUntil >= clock.now() + metadataLimits.pinRenewMs ? record : this.#renewed(grant, record),
    );
  }

  async #renewed({ repository }: Grant<"pull", Digest>, record: BlobRecord): Promise<BlobRecord> {
    // Between the look and the promise it may have been deleted.
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

  /** A key never comes to name other bytes, and is only known to those whose repository has the blob. */
  #readSmall(record: BlobRecord): MaybePromise<Uint8Array<ArrayBuffer> | undefined> {
    const kept = this.#small.get(record.key);
    if (!kept) {
      this.#smallCounts.misses += 1;
      return this.#readAndKeep(record);
    }
    this.#smallCounts.hits += 1;
    // What is gone is not to be served from memory: it would look as if it were still there.
    return andThen(sizeOfBytes(this.#services, record), (size) => (size === record.size ? kept : undefined));
  }

  async #readAndKeep(record: BlobRecord): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await readIntact(this.#services, record);
    if (bytes) this.#small.set(record.key, bytes);
    return bytes;
  }

  /** The bytes stay until the collector has seen that nothing else needs them. */
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

  /** A blob that can be given: what lies in the store was verified, of what lies in a file the size is right. */
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
    // What a reader would be given is kept in memory: so the next commit does not make it be read and verified again.
    if (await this.#readSmall(record)) return record;
    // If a push has healed it at the same moment, it has another key.
    return (await this.#markCorrupt(record)) ? this.#askIntact(repository, digest) : undefined;
  }

  /**
   * Bytes that are gone, cut or wrong are no blob any more: from now on it is absent, so that the next push of it brings it
   * back. Where one has done that since the record was read, `goOn` is given what is there now.
   */
  async #lost<T>(
    { repository, object: asked }: Grant<"pull", Digest>,
    record: BlobRecord,
    goOn: (healed: BlobRecord) => MaybePromise<T>,
  ): Promise<T> {
    const { store } = this.#services;
    await this.#markCorrupt(record);
    const healed = await store.blob(repository, asked);
    // The same again where it could not be condemned.
    if (!healed || healed.key === record.key) throw unknown(asked);
    return goOn(healed);
  }

  /** False where that cannot be written now: then the next reader finds it out again. */
  async #markCorrupt(record: BlobRecord): Promise<boolean> {
    return (await inPassing(markCorrupt(this.#services, record).then(() => true))) ?? false;
  }

  /** An alias of a kind that the operator has turned off since finds nothing. */
  #requireNamed(digest: Digest): void {
    if (!isSupported(this.#digestKinds, digest)) throw unknown(digest);
  }
}

function unknown(digest: Digest): RegistryError {
  return new RegistryError("BLOB_UNKNOWN", { detail: { digest } });
}
