import type { Grant } from "../auth/grant.ts";
import { limits } from "../base/limits.ts";
import { Recent } from "../base/recent.ts";
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
  readonly #small = new Recent<Uint8Array<ArrayBuffer>>(limits.smallBlobsBytes, ({ length }) => length);

  constructor(services: Services, { legacy }: RegistryOptions) {
    this.#services = services;
    this.#records = new Standing(services.store);
    this.#legacy = legacy;
  }

  /** Answers only after the blob is promised for a while: clients skip an upload because of it. */
  async stat(grant: Grant<"pull", Digest>): Promise<BlobRecord> {
    const { store, clock } = this.#services;
    const record = await this.#find(grant);
    if ((await sizeOfBytes(this.#services, record)) !== record.size) throw await this.#lost(record);
    const now = clock.now();
    if (record.pinnedUntil >= now + limits.pinRenewMs) return record;
    // Between the look and the promise it may have been deleted.
    if (await store.pinBlob(grant.repository, record.digest, now + limits.pinMs)) return record;
    throw unknown(record.digest);
  }

  async open(grant: Grant<"pull", Digest>): Promise<OpenBlob> {
    const record = await this.#find(grant);
    const isSmall = record.size <= limits.blobReadAtOnceBytes;
    const content = await (isSmall ? this.#readSmall(record) : openIntact(this.#services, record));
    if (!content) throw await this.#lost(record);
    return { record, content };
  }

  /** A key never comes to name other bytes, and is only known to those whose repository has the blob. */
  async #readSmall(record: BlobRecord): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { key, size } = record;
    const kept = this.#small.get(key);
    // What is gone is not to be served from memory: it would look as if it were still there.
    if (kept) return (await sizeOfBytes(this.#services, record)) === size ? kept : undefined;
    const bytes = await readBytes(this.#services, record);
    if (bytes) this.#small.set(key, bytes);
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

  async #find({ repository, object: digest }: Grant<"pull", Digest>): Promise<BlobRecord> {
    this.#requireNamed(digest);
    const key = `${repository}@${digest}`;
    const ask = () => this.#services.store.blob(repository, digest);
    const record = this.#records.get(key) ?? (await this.#records.read(key, ask));
    if (!record) throw unknown(digest);
    return record;
  }

  /**
   * Bytes that are gone or cut are no blob any more: from now on it is absent, so that the next push of it brings it back.
   */
  async #lost({ key, digest }: BlobRecord): Promise<RegistryError> {
    await this.#services.store.condemnBlob(key);
    return unknown(digest);
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
