import type { Grant } from "../auth/grant.ts";
import { limits } from "../base/limits.ts";
import { Recent } from "../base/recent.ts";
import { whenThere, type Soon } from "../base/soon.ts";
import type { BlobRecord } from "../metadata/store.ts";
import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { holds, type Precondition } from "../oci/precondition.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { isTarsum } from "../oci/tarsum/label.ts";
import { preconditionFailed } from "./preconditions.ts";
import { inPassing, Pins } from "./pins.ts";
import type { RegistryOptions, Services } from "./services.ts";
import { condemn, isReadAtOnce, openWhole, readIntact } from "./intact-bytes.ts";
import { isShort, sizeOfBytes } from "./short-blobs.ts";
import { Standing } from "./standing.ts";

export type { BlobRecord } from "../metadata/store.ts";

export interface OpenBlob {
  readonly record: BlobRecord;
  /** To be read in whole or in slices: bytes of a small one; of a larger one on a filesystem, what the kernel copies. */
  readonly content: Uint8Array<ArrayBuffer> | Blob;
}

/** Blobs of a repository. Membership, one row for (repository, digest), is the permission to read. */
export class Blobs {
  readonly #services: Services;
  readonly #legacy: boolean;
  readonly #pins: Pins;
  readonly #records: Standing<BlobRecord>;
  /** Those of which the bytes that lie in the store were verified. */
  readonly #intact: Standing<BlobRecord>;
  /** By storage key. */
  readonly #small = new Recent<Uint8Array<ArrayBuffer>>(
    limits.smallBlobsBytes,
    ({ length }) => limits.keptEntryBytes + length,
  );

  constructor(services: Services, { legacy }: RegistryOptions, pins = new Pins(services)) {
    this.#services = services;
    this.#pins = pins;
    this.#records = new Standing(services.store);
    this.#intact = new Standing(services.store);
    this.#legacy = legacy;
  }

  /** Answers only after the blob is promised for a while: clients skip an upload because of it. */
  stat(grant: Grant<"pull", Digest>): Soon<BlobRecord> {
    const { clock } = this.#services;
    return whenThere(this.#findIntact(grant), (record) =>
      record.pinnedUntil >= clock.now() + limits.pinRenewMs ? record : this.#renewed(grant, record),
    );
  }

  async #renewed({ repository }: Grant<"pull", Digest>, record: BlobRecord): Promise<BlobRecord> {
    // Between the look and the promise it may have been deleted.
    if (await this.#pins.renew({ kind: "blob", repository, digest: record.digest })) return record;
    throw unknown(record.digest);
  }

  open(grant: Grant<"pull", Digest>): Soon<OpenBlob> {
    return whenThere(this.#find(grant), (record) => this.#open(grant, record));
  }

  #open(grant: Grant<"pull", Digest>, record: BlobRecord): Soon<OpenBlob> {
    const opened = isReadAtOnce(record) ? this.#readSmall(record) : openWhole(this.#services, record);
    return whenThere<OpenBlob["content"] | undefined, OpenBlob>(opened, (content) =>
      content ? { record, content } : this.#lost(grant, record, (healed) => this.#open(grant, healed)),
    );
  }

  /** A key never comes to name other bytes, and is only known to those whose repository has the blob. */
  #readSmall(record: BlobRecord): Soon<Uint8Array<ArrayBuffer> | undefined> {
    const kept = this.#small.get(record.key);
    if (!kept) return this.#readAndKeep(record);
    // What is gone is not to be served from memory: it would look as if it were still there.
    return whenThere(sizeOfBytes(this.#services, record), (size) => (size === record.size ? kept : undefined));
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
    const { repository, object: digest } = grant;
    this.#requireNamed(digest);
    if (!holds(precondition, digest)) throw preconditionFailed(digest);
    const result = await store.deleteBlob({ repository, digest, at, purgeAfter: at + limits.trashMs });
    if (result === "unknown") throw unknown(digest);
    if (result !== "deleted") {
      const message = `the manifest ${result.referencedBy} still refers to this blob`;
      throw new RegistryError("CONTENT_REFERENCED", { message, detail: result }, { allow: ["GET", "HEAD"] });
    }
  }

  #find({ repository, object: digest }: Grant<"pull", Digest>): Soon<BlobRecord> {
    this.#requireNamed(digest);
    const ask = () => this.#services.store.blob(repository, digest);
    return whenThere(this.#records.answer(`${repository}@${digest}`, ask), (record) => {
      if (!record) throw unknown(digest);
      return record;
    });
  }

  /** A blob that can be given: what lies in the store was verified, of what lies in a file the size is right. */
  #findIntact(grant: Grant<"pull", Digest>): Soon<BlobRecord> {
    const { repository, object: digest } = grant;
    this.#requireNamed(digest);
    const ask = () => this.#askIntact(repository, digest);
    return whenThere(this.#intact.answer(`${repository}@${digest}`, ask), (record) => {
      if (!record) throw unknown(digest);
      return whenThere(sizeOfBytes(this.#services, record), (size) =>
        size === record.size ? record : this.#lost(grant, record, () => this.#findIntact(grant)),
      );
    });
  }

  async #askIntact(repository: RepositoryName, digest: Digest): Promise<BlobRecord | undefined> {
    const record = await this.#services.store.blob(repository, digest);
    if (!record || !isShort(record.key)) return record;
    // What a reader would be given is kept in memory: so the next commit does not make it be read and verified again.
    if (await this.#readSmall(record)) return record;
    // If a push has healed it at the same moment, it has another key.
    return (await this.#condemn(record)) ? this.#askIntact(repository, digest) : undefined;
  }

  /**
   * Bytes that are gone, cut or wrong are no blob any more: from now on it is absent, so that the next push of it brings it
   * back. Where one has done that since the record was read, `goOn` is given what is there now.
   */
  async #lost<T>(
    { repository, object: asked }: Grant<"pull", Digest>,
    record: BlobRecord,
    goOn: (healed: BlobRecord) => Soon<T>,
  ): Promise<T> {
    const { store } = this.#services;
    await this.#condemn(record);
    const healed = await store.blob(repository, asked);
    // The same again where it could not be condemned.
    if (!healed || healed.key === record.key) throw unknown(asked);
    return goOn(healed);
  }

  /** False where that cannot be written now: then the next reader finds it out again. */
  async #condemn(record: BlobRecord): Promise<boolean> {
    return (await inPassing(condemn(this.#services, record).then(() => true))) ?? false;
  }

  /** Tarsums that were given before the operator turned them off are names no more. */
  #requireNamed(digest: Digest): void {
    if (!this.#legacy && isTarsum(digest)) throw unknown(digest);
  }
}

function unknown(digest: Digest): RegistryError {
  return new RegistryError("BLOB_UNKNOWN", { detail: { digest } });
}
