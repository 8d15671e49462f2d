import type { Grant } from "../auth/grant.ts";
import { limits } from "../base/limits.ts";
import { Recent } from "../base/recent.ts";
import { whenThere, type Soon } from "../base/soon.ts";
import type { BlobRecord } from "../metadata/store.ts";
import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { isTarsum } from "../oci/tarsum/label.ts";
import type { RegistryOptions, Services } from "./services.ts";
import { openBytes, readBytes, sizeOfBytes } from "./short-blobs.ts";
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
  readonly #records: Standing<BlobRecord>;
  /** By storage key. */
  readonly #small = new Recent<Uint8Array<ArrayBuffer>>(
    limits.smallBlobsBytes,
    ({ length }) => limits.keptEntryBytes + length,
  );

  constructor(services: Services, { legacy }: RegistryOptions) {
    this.#services = services;
    this.#records = new Standing(services.store);
    this.#legacy = legacy;
  }

  /** Answers only after the blob is promised for a while: clients skip an upload because of it. */
  stat(grant: Grant<"pull", Digest>): Soon<BlobRecord> {
    const { clock } = this.#services;
    return whenThere(this.#find(grant), (record) =>
      whenThere(sizeOfBytes(this.#services, record), (size) => {
        if (size !== record.size) return this.#lose(record);
        return record.pinnedUntil >= clock.now() + limits.pinRenewMs ? record : this.#renewed(grant, record);
      }),
    );
  }

  async #renewed({ repository }: Grant<"pull", Digest>, record: BlobRecord): Promise<BlobRecord> {
    const { store, clock } = this.#services;
    // Between the look and the promise it may have been deleted.
    if (await store.pinBlob(repository, record.digest, clock.now() + limits.pinMs)) return record;
    throw unknown(record.digest);
  }

  open(grant: Grant<"pull", Digest>): Soon<OpenBlob> {
    return whenThere(this.#find(grant), (record) => {
      const isSmall = record.size <= limits.blobReadAtOnceBytes;
      const opened = isSmall ? this.#readSmall(record) : openIntact(this.#services, record);
      return whenThere<OpenBlob["content"] | undefined, OpenBlob>(opened, (content) =>
        content ? { record, content } : this.#lose(record),
      );
    });
  }

  /** A key never comes to name other bytes, and is only known to those whose repository has the blob. */
  #readSmall(record: BlobRecord): Soon<Uint8Array<ArrayBuffer> | undefined> {
    const kept = this.#small.get(record.key);
    if (!kept) return this.#readAndKeep(record);
    // What is gone is not to be served from memory: it would look as if it were still there.
    return whenThere(sizeOfBytes(this.#services, record), (size) => (size === record.size ? kept : undefined));
  }

  async #readAndKeep(record: BlobRecord): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await readBytes(this.#services, record);
    if (bytes) this.#small.set(record.key, bytes);
    return bytes;
  }

  /** The bytes stay until the collector has seen that nothing else needs them. */
  async delete(grant: Grant<"delete", Digest>): Promise<void> {
    const { store, clock } = this.#services;
    const at = clock.now();
    const { repository, object: digest } = grant;
    this.#requireNamed(digest);
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

  /**
   * Bytes that are gone or cut are no blob any more: from now on it is absent, so that the next push of it brings it back.
   */
  async #lose({ key, digest }: BlobRecord): Promise<never> {
    await this.#services.store.condemnBlob(key);
    throw unknown(digest);
  }

  /** Tarsums that were given before the operator turned them off are names no more. */
  #requireNamed(digest: Digest): void {
    if (!this.#legacy && isTarsum(digest)) throw unknown(digest);
  }
}

/** Undefined, and the blob condemned, where its bytes are not what its row says. */
export async function openIntact(
  services: Services,
  { key, size }: { readonly key: string; readonly size: number },
): Promise<Blob | undefined> {
  const content = await openBytes(services, key);
  if (content?.size === size) return content;
  await services.store.condemnBlob(key);
  return undefined;
}

function unknown(digest: Digest): RegistryError {
  return new RegistryError("BLOB_UNKNOWN", { detail: { digest } });
}
