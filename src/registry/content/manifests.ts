import type { Grant } from "../../auth/grant.ts";
import { metadataLimits } from "../../metadata/limits.ts";
import { contentLimits } from "./limits.ts";
import { andThen, type MaybePromise } from "../../base/async/maybe-promise.ts";
import type { ManifestWrite, ManifestRecord, Unstored } from "../../metadata/store.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { MediaType } from "../../oci/media-type.ts";
import { packReferences } from "../../oci/packed-manifest.ts";
import { holds, type Precondition } from "../../oci/precondition.ts";
import { isDigest, type Reference, type Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { ManifestCache, type VerifiedManifest } from "../cache/manifest-cache.ts";
import { ManifestParser } from "./manifest-parser.ts";
import type { ParsedManifest, ManifestPush } from "./parsed-manifest.ts";
import { missingBlobs } from "./missing-blobs.ts";
import { preconditionFailed } from "./preconditions.ts";
import { requireReferences } from "./references.ts";
import { Pins } from "./pins.ts";
import { putMerged } from "./merged-manifests.ts";
import type { ManifestFormats, PushTarget, RefusedManifest } from "./manifest-format.ts";
import { plainFormats } from "./plain-formats.ts";
import type { Services } from "../services.ts";

export type { ManifestRecord } from "../../metadata/store.ts";

/** What a client is told of a manifest. */
export type ServedRecord = Omit<ManifestRecord, "pinnedUntil">;

/** Manifests as a client is given them. */
export interface ServedManifests {
  get(grant: Grant<"pull", Tag>): MaybePromise<ServedManifest>;
  stat(grant: Grant<"pull", Tag>): MaybePromise<ServedRecord>;
}

/** A manifest as it goes to a client. */
export type ServedManifest = VerifiedManifest;

export interface TaggedPush extends Pick<ManifestPush, "bytes" | "mediaType" | "digest"> {
  readonly tags: readonly Tag[];
  /** Of what stands under the name by which the manifest is pushed, tag or digest; absent, it is stored in any case. */
  readonly precondition?: Precondition;
  /** Whether a manifest of schema 1 has to bear the name and tag that it is pushed to; absent, the operator says. */
  readonly named?: boolean;
}

export interface PutResult {
  readonly digest: Digest;
  readonly subject: Digest | undefined;
}

/** What the operator decides about manifests. */
export interface ManifestOptions {
  /** Formats beside OCI and Docker schema 2; by default none. */
  readonly formats?: ManifestFormats;
  /** Whether a manifest that names its repository and tag must name those that it is pushed to; by default it must. */
  readonly checkNames?: boolean;
  /** Whether an index may refer to manifests that the repository does not have; by default it may not. */
  readonly sparseIndexes?: boolean;
}

/** Manifests of a repository: bytes kept as they came, and the references that they hold. */
export class Manifests {
  readonly #services: Services;
  readonly #options: ManifestOptions;
  readonly #parser: ManifestParser;
  readonly #known: ManifestCache;
  readonly #pins: Pins;

  constructor(services: Services, options: ManifestOptions = {}, pins = new Pins(services)) {
    this.#services = services;
    this.#pins = pins;
    this.#known = new ManifestCache(services);
    this.#options = options;
    this.#parser = new ManifestParser(options.formats);
  }

  get cacheCounts(): ManifestCache["counts"] {
    return this.#known.counts;
  }

  get({ repository, object }: Grant<"pull", Reference>): MaybePromise<VerifiedManifest> {
    return andThen(this.find(repository, object), (manifest) => manifest ?? this.#refuse(repository, object));
  }

  /** One that another refers to, or undefined; for who may read that one. */
  find(repository: RepositoryName, reference: Reference): MaybePromise<VerifiedManifest | undefined> {
    return this.#known.manifest(repository, reference);
  }

  /** Answers only after the manifest is promised for a while: clients skip a push because of it. */
  stat({ repository, object }: Grant<"pull", Reference>): MaybePromise<ManifestRecord> {
    const { clock } = this.#services;
    return andThen(this.#known.record(repository, object), (record) => {
      if (!record) return this.#refuse(repository, object);
      return record.pinnedUntil >= clock.now() + metadataLimits.pinRenewMs
        ? record
        : this.#renewed(repository, object, record);
    });
  }

  async #renewed(repository: RepositoryName, reference: Reference, record: ManifestRecord): Promise<ManifestRecord> {
    // Between the look and the promise it may have been deleted.
    if (await this.#pins.renew({ kind: "manifest", repository, digest: record.digest })) return record;
    return this.#refuse(repository, reference);
  }

  /** Stores the manifest with its references and tags, all or nothing. */
  put(grant: Grant<"push", Reference>, pushed: TaggedPush): Promise<PutResult> {
    const { clock } = this.#services;
    const { repository, object } = grant;
    const { tags, precondition, bytes: came, mediaType: declared, digest: claimed } = pushed;
    const target = this.#targetOf(grant, pushed);
    const { sparseIndexes: sparse = false } = this.#options;
    return this.#parser.parse({ bytes: came, mediaType: declared, digest: claimed, target, sparse }, async (read) => {
      if ("items" in read) throw await this.#refusal(repository, read);
      const { digest, mediaType, subject, packed, bytes } = read;
      if (precondition) await this.#requireUnchanged(grant, precondition);
      const at = clock.now();
      const pinnedUntil = at + contentLimits.pinMs;
      const only = precondition && { only: { target: object, precondition } };
      const put = {
        repository,
        digest,
        bytes,
        packed,
        byAlias: read.isFormatted,
        tags,
        ...only,
        actor: grant.principal.name,
        at,
        pinnedUntil,
      };
      const { missing, unmet, storedAs } = await this.#store(read, put);
      if (unmet) throw preconditionFailed(unmet.current);
      if (missing.length > 0) throw new RegistryError("MANIFEST_BLOB_UNKNOWN", missingBlobs(missing));
      if (storedAs) throw otherMediaType(mediaType, storedAs);
      return { digest, subject };
    });
  }

  /**
   * A few inline blobs are found faster in the transaction, whose pages are in memory. Everything else is looked up before it,
   * and what is wrong with the references is told from there.
   */
  async #store(read: ParsedManifest, push: Omit<ManifestWrite, "held">): Promise<Unstored> {
    const { store, clock } = this.#services;
    const { references: wanted } = read;
    if (!push.byAlias && wanted.inline && wanted.count <= contentLimits.referencesInTransaction) {
      const result = await store.putManifest({ ...push, held: { wanted } });
      if (!result.unresolved) return result;
    }
    const put = { ...push, held: await requireReferences(this.#services, push.repository, read) };
    // Most pushes of an unchanged image end here, without a commit.
    const isPlain = !push.byAlias && !push.only;
    const promisedUntil = clock.now() + metadataLimits.pinRenewMs;
    if (isPlain && (await store.isStored({ ...put, mediaType: read.mediaType }, promisedUntil))) return { missing: [] };
    if (!push.byAlias) return store.putManifest(put);
    const { mediaType } = read;
    const format = this.#formats.list.find((candidate) => candidate.includes(mediaType))!;
    return putMerged(this.#services, { parser: this.#parser, format, mediaType }, put);
  }

  /** Looked at again in the transaction: here it keeps what could not be stored anyhow from being looked up. */
  async #requireUnchanged({ repository, object }: Grant<"push", Reference>, precondition: Precondition): Promise<void> {
    const { store } = this.#services;
    const current = isDigest(object)
      ? await store.manifestByDigest(repository, object)
      : await store.manifestByTag(repository, object);
    if (!holds(precondition, current?.digest)) throw preconditionFailed(current?.digest);
  }

  get #formats(): ManifestFormats {
    return this.#options.formats ?? plainFormats;
  }

  /** What a manifest that names its repository and tag must name. */
  #targetOf({ repository, object }: Grant<"push", Reference>, { named }: TaggedPush): PushTarget | undefined {
    if (!(named ?? this.#options.checkNames ?? true)) return undefined;
    return isDigest(object) ? { name: repository } : { name: repository, tag: object };
  }

  async #refusal(repository: RepositoryName, { items, layers }: RefusedManifest): Promise<RegistryError> {
    const blobs = layers.map((digest) => ({ digest, foreign: false }));
    const wanted = packReferences({ blobs, manifests: [] });
    const { missing, missingCount } = await this.#services.store.references(repository, wanted, true);
    return new RegistryError(items[0]!.failure!, [...items, ...missingBlobs(missing, missingCount)]);
  }

  close(): void {
    this.#parser.close();
  }

  async delete(
    { principal, repository, object: digest }: Grant<"delete", Digest>,
    precondition: Precondition = {},
  ): Promise<void> {
    if (!holds(precondition, digest)) throw preconditionFailed(digest);
    const { store, clock } = this.#services;
    const at = clock.now();
    const result = await store.deleteManifest({
      repository,
      digest,
      actor: principal.name,
      at,
      purgeAfter: at + contentLimits.trashMs,
    });
    if (result === "unknown") return this.#refuse(repository, digest);
    if (result !== "deleted") {
      const message = `the manifest ${result.referencedBy} still refers to this manifest`;
      throw new RegistryError("CONTENT_REFERENCED", { message, detail: result }, { allow: ["GET", "HEAD", "PUT"] });
    }
  }

  async deleteTag(
    { principal, repository, object: tag }: Grant<"delete", Tag>,
    precondition?: Precondition,
  ): Promise<void> {
    const { store, clock } = this.#services;
    const result = await store.deleteTag(repository, tag, clock.now(), precondition, principal.name);
    if (result === "unknown") return this.#refuse(repository, tag);
    if (result !== "deleted") throw preconditionFailed(result.unmet.current);
  }

  /** There is none: says whether there is a repository. */
  async #refuse(repository: RepositoryName, reference: Reference): Promise<never> {
    throw (await this.#services.store.repositoryExists(repository))
      ? new RegistryError("MANIFEST_UNKNOWN", { detail: { reference } })
      : new RegistryError("NAME_UNKNOWN", { detail: { name: repository } });
  }
}

/** The tags that point to it already, and those who pull by them, would see its type change (L25). */
function otherMediaType(pushed: MediaType, stored: MediaType): RegistryError {
  const message =
    "this repository has the manifest under another media type; push it under that one, or delete the manifest first";
  return new RegistryError("MANIFEST_INVALID", { message, detail: { pushed, stored } });
}
