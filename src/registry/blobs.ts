import type { Grant } from "../auth/grant.ts";
import { limits } from "../base/limits.ts";
import type { BlobRecord } from "../metadata/store.ts";
import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { Services } from "./services.ts";

export interface OpenBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** To be read in whole or in slices; on a filesystem the kernel copies it to the socket. */
  readonly content: Blob;
}

/** Blobs of a repository. Membership, one row for (repository, digest), is the permission to read. */
export class Blobs {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Answers only after the blob is promised for a while: clients skip an upload because of it. */
  async stat(grant: Grant<"pull", Digest>): Promise<BlobRecord> {
    const { store, clock } = this.#services;
    const record = await this.#find(grant);
    const now = clock.now();
    if (record.pinnedUntil < now + limits.pinRenewMs) {
      await store.pinBlob(grant.repository, record.digest, now + limits.pinMs);
    }
    return record;
  }

  async open(grant: Grant<"pull", Digest>): Promise<OpenBlob> {
    const { store, driver } = this.#services;
    const { digest, key, size } = await this.#find(grant);
    const content = await driver.open(key);
    if (content?.size === size) return { digest, size, content };
    // The bytes are gone or cut. From now on the blob is absent, so that the next push of it brings it back.
    await store.condemnBlob(key);
    throw unknown(digest);
  }

  /** The bytes stay until the collector has seen that nothing else needs them. */
  async delete(grant: Grant<"delete", Digest>): Promise<void> {
    const { store, clock } = this.#services;
    const at = clock.now();
    const { repository, object: digest } = grant;
    const result = await store.deleteBlob({ repository, digest, at, purgeAfter: at + limits.trashMs });
    if (result === "unknown") throw unknown(digest);
    if (result !== "deleted") {
      const message = `the manifest ${result.referencedBy} still refers to this blob`;
      throw new RegistryError("CONTENT_REFERENCED", { message, detail: result }, { allow: ["GET", "HEAD"] });
    }
  }

  async #find({ repository, object: digest }: Grant<"pull", Digest>): Promise<BlobRecord> {
    const record = await this.#services.store.blob(repository, digest);
    if (!record) throw unknown(digest);
    return record;
  }
}

function unknown(digest: Digest): RegistryError {
  return new RegistryError("BLOB_UNKNOWN", { detail: { digest } });
}
