import type { Grant } from "../auth/grant.ts";
import { limits } from "../base/limits.ts";
import type { ManifestRecord, StoredManifest } from "../metadata/store.ts";
import { turns } from "../base/turns.ts";
import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { isSchema1 } from "../oci/media-type.ts";
import type { Precondition } from "../oci/precondition.ts";
import { isDigest, type Reference, type Tag } from "../oci/reference.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { ManifestReader } from "./manifest-reader.ts";
import type { UnreadManifest } from "./manifest-reading.ts";
import type { RegistryOptions, Services } from "./services.ts";

export interface PushedManifest extends UnreadManifest {
  readonly tags: readonly Tag[];
  /** Of what stands under the name by which the manifest is pushed, tag or digest; absent, it is stored in any case. */
  readonly precondition?: Precondition;
}

export interface PutResult {
  readonly digest: Digest;
  readonly subject: Digest | undefined;
}

/** Manifests of a repository: bytes kept as they came, and the references that they hold. */
export class Manifests {
  readonly #services: Services;
  readonly #legacy: boolean;
  readonly #reader = new ManifestReader();

  constructor(services: Services, { legacy }: RegistryOptions) {
    this.#services = services;
    this.#legacy = legacy;
  }

  async get({ repository, object }: Grant<"pull", Reference>): Promise<StoredManifest> {
    const { store } = this.#services;
    const manifest = isDigest(object)
      ? await store.manifestByDigest(repository, object)
      : await store.manifestByTag(repository, object);
    if (!manifest) throw await this.#unknown(repository, object);
    await turns.run(() => requireIntact(manifest));
    return manifest;
  }

  /** Answers only after the manifest is promised for a while: clients skip a push because of it. */
  async stat({ repository, object }: Grant<"pull", Reference>): Promise<ManifestRecord> {
    const { store, clock } = this.#services;
    const record = isDigest(object)
      ? await store.manifestInfoByDigest(repository, object)
      : await store.manifestInfoByTag(repository, object);
    if (!record) throw await this.#unknown(repository, object);
    const now = clock.now();
    if (record.pinnedUntil >= now + limits.pinRenewMs) return record;
    // Between the look and the promise it may have been deleted.
    if (await store.pinManifest(repository, record.digest, now + limits.pinMs)) return record;
    throw await this.#unknown(repository, object);
  }

  /** Stores the manifest with its references and tags, all or nothing. */
  put({ repository, object }: Grant<"push", Reference>, pushed: PushedManifest): Promise<PutResult> {
    const { store, clock } = this.#services;
    const { bytes, tags, precondition } = pushed;
    return this.#reader.read(pushed, async ({ digest, mediaType, subject, packed }) => {
      const at = clock.now();
      const pinnedUntil = at + limits.pinMs;
      const only = precondition && { only: { target: object, precondition } };
      const tarsums = this.#legacy && isSchema1(mediaType);
      const put = { repository, digest, bytes, packed, tarsums, tags, ...only, at, pinnedUntil };
      const { missing, unmet } = await store.putManifest(put);
      if (unmet) throw new RegistryError("PRECONDITION_FAILED", { detail: { current: unmet.current ?? null } });
      if (missing.length > 0) throw blobsUnknown(missing);
      return { digest, subject };
    });
  }

  close(): void {
    this.#reader.close();
  }

  async delete({ repository, object: digest }: Grant<"delete", Digest>): Promise<void> {
    const { store, clock } = this.#services;
    const at = clock.now();
    const result = await store.deleteManifest({ repository, digest, at, purgeAfter: at + limits.trashMs });
    if (result === "unknown") throw await this.#unknown(repository, digest);
    if (result !== "deleted") {
      const message = `the index ${result.referencedBy} still refers to this manifest`;
      throw new RegistryError("CONTENT_REFERENCED", { message, detail: result }, { allow: ["GET", "HEAD", "PUT"] });
    }
  }

  async deleteTag({ repository, object: tag }: Grant<"delete", Tag>): Promise<void> {
    const { store, clock } = this.#services;
    if (!(await store.deleteTag(repository, tag, clock.now()))) throw await this.#unknown(repository, tag);
  }

  async #unknown(repository: RepositoryName, reference: Reference): Promise<RegistryError> {
    return (await this.#services.store.repositoryExists(repository))
      ? new RegistryError("MANIFEST_UNKNOWN", { detail: { reference } })
      : new RegistryError("NAME_UNKNOWN", { detail: { name: repository } });
  }
}

/** Wrong bytes are never served as a manifest: everything else hangs on it. */
function requireIntact({ bytes, digest }: StoredManifest): void {
  const algorithm = algorithmOf(digest);
  if (!algorithm || digestOf(bytes, algorithm) !== digest) throw new Error(`the stored bytes of ${digest} are damaged`);
}

/** One error for each missing item (MPUT-11), up to a number that a person can still read. */
function blobsUnknown(missing: readonly Digest[]): RegistryError {
  const listed = missing.slice(0, limits.errorsListed).map((digest) => ({ detail: { digest } }));
  const rest = missing.length - listed.length;
  const more = rest > 0 ? [{ message: `${rest} more pieces of content are missing`, detail: { missing: rest } }] : [];
  return new RegistryError("MANIFEST_BLOB_UNKNOWN", [...listed, ...more]);
}
