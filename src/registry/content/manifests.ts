import type { Grant } from "../../auth/grant.ts";
import { metadataLimits } from "../../metadata/limits.ts";
import { contentLimits } from "./limits.ts";
import { andThen, type MaybePromise } from "../../base/async/maybe-promise.ts";
import type { ManifestWrite, ManifestRecord, PutOutcome } from "../../metadata/store.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { MediaType } from "../../oci/media-type.ts";
import { packReferences } from "../../oci/packed-manifest.ts";
import { holds, type Precondition } from "../../oci/precondition.ts";
import { isDigest, type Reference, type Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { ManifestCache, type ManifestDescriptor, type VerifiedManifest } from "../cache/manifest-cache.ts";
import { ManifestParser } from "./manifest-parser.ts";
import type { ManifestPush, ParsedManifest } from "./parsed-manifest.ts";
import { missingBlobs } from "./missing-blobs.ts";
import { preconditionFailed } from "./preconditions.ts";
import { requireReferences } from "./references.ts";
import { Pins } from "./pins.ts";
import { putMerged } from "./merged-manifests.ts";
import type { ManifestFormats, PushTarget, RefusedManifest } from "./manifest-format.ts";
import { plainFormats } from "./plain-formats.ts";
import type { Services } from "../services.ts";

export type { ManifestRecord } from "../../metadata/store.ts";
export type { ManifestDescriptor, VerifiedManifest } from "../cache/manifest-cache.ts";
export type { ManifestPush } from "./parsed-manifest.ts";

/** A source of manifests for clients: the stored manifests, or their conversions for old clients. */
export interface ManifestSource {
  get(grant: Grant<"pull", Tag>): MaybePromise<VerifiedManifest>;
  stat(grant: Grant<"pull", Tag>): MaybePromise<ManifestDescriptor>;
}

/** The result of a successful push of a manifest. */
export interface PutResult {
  readonly digest: Digest;
  readonly subject: Digest | undefined;
}

/** The operator's settings for manifests. */
export interface ManifestOptions {
  /** Formats besides OCI and Docker schema 2; none by default. */
  readonly formats?: ManifestFormats;
  /**
   * Whether a manifest that contains a repository name and a tag must be pushed to that name and tag; true by
   * default.
   */
  readonly checkNames?: boolean;
  /** Whether an index may refer to manifests that the repository does not have; false by default. */
  readonly sparseIndexes?: boolean;
}

/**
 * `Manifests` gives access to the manifests of repositories. It stores their bytes unchanged, together with their
 * references.
 */
export class Manifests {
  readonly #services: Services;
  readonly #options: ManifestOptions;
  readonly #parser: ManifestParser;
  readonly #cache: ManifestCache;
  readonly #pins: Pins;

  constructor(services: Services, options: ManifestOptions = {}, pins = new Pins(services)) {
    this.#services = services;
    this.#pins = pins;
    this.#cache = new ManifestCache(services);
    this.#options = options;
    this.#parser = new ManifestParser(options.formats);
  }

  get cacheCounts(): ManifestCache["counts"] {
    return this.#cache.counts;
  }

  get({ repository, object }: Grant<"pull", Reference>): MaybePromise<VerifiedManifest> {
    return andThen(this.find(repository, object), (manifest) => manifest ?? this.#refuse(repository, object));
  }

  /** A manifest that another one refers to, or undefined. The caller must have access to the other manifest. */
  find(repository: RepositoryName, reference: Reference): MaybePromise<VerifiedManifest | undefined> {
    return this.#cache.manifest(repository, reference);
  }

  /**
   * The record of a manifest. It pins the manifest before it answers, because clients skip a push after this answer.
   */
  stat({ repository, object }: Grant<"pull", Reference>): MaybePromise<ManifestRecord> {
    const { clock } = this.#services;
    return andThen(this.#cache.record(repository, object), (record) => {
      if (!record) return this.#refuse(repository, object);
      return record.pinnedUntil >= clock.now() + metadataLimits.pinRenewMs
        ? record
        : this.#renewed(repository, object, record);
    });
  }

  async #renewed(repository: RepositoryName, reference: Reference, record: ManifestRecord): Promise<ManifestRecord> {
    // The manifest may have been deleted between the lookup and the pin.
    if (await this.#pins.renew({ kind: "manifest", repository, digest: record.digest })) return record;
    return this.#refuse(repository, reference);
  }

  /** Stores the manifest with its references and tags, or nothing at all. */
  put(grant: Grant<"push", Reference>, push: ManifestPush): Promise<PutResult> {
    const { bytes, mediaType, digest, precondition } = push;
    const { sparseIndexes: sparse = false } = this.#options;
    const request = { bytes, mediaType, digest, target: this.#targetOf(grant, push), sparse };
    return this.#parser.parse(request, async (parsed) => {
      if ("items" in parsed) throw await this.#refusal(grant.repository, parsed);
      if (precondition) await this.#requireUnchanged(grant, precondition);
      const outcome = await this.#store(parsed, this.#writeOf(grant, push, parsed));
      if (outcome !== "stored") throw refusalOf(outcome, parsed);
      return { digest: parsed.digest, subject: parsed.subject };
    });
  }

  #writeOf(
    { repository, object, principal }: Grant<"push", Reference>,
    { tags, precondition }: ManifestPush,
    { digest, bytes, packed, isFormatted }: ParsedManifest,
  ): Omit<ManifestWrite, "references"> {
    const at = this.#services.clock.now();
    return {
      repository,
      digest,
      bytes,
      packed,
      byAlias: isFormatted,
      tags,
      ...(precondition && { condition: { target: object, precondition } }),
      actor: principal.name,
      at,
      pinnedUntil: at + contentLimits.pinMs,
    };
  }

  /**
   * Stores a parsed manifest. The transaction resolves references to a few inline blobs faster, because its pages are
   * in memory. All other references are resolved before the transaction, and what is wrong with them is reported then.
   */
  async #store(parsed: ParsedManifest, push: Omit<ManifestWrite, "references">): Promise<PutOutcome> {
    const { store, clock } = this.#services;
    const { references: unresolved, mediaType } = parsed;
    if (!push.byAlias && unresolved.inline && unresolved.count <= contentLimits.referencesInTransaction) {
      const outcome = await store.putManifest({ ...push, references: { unresolved } });
      if (outcome !== "unresolved") return outcome;
    }
    const write = { ...push, references: await requireReferences(this.#services, push.repository, parsed) };
    // Most pushes of an unchanged image end here, without a commit.
    const isPlain = !push.byAlias && !push.condition;
    const promisedUntil = clock.now() + metadataLimits.pinRenewMs;
    if (isPlain && (await store.isStored({ ...write, mediaType }, promisedUntil))) return "stored";
    if (!push.byAlias) return store.putManifest(write);
    const format = this.#formats.list.find((candidate) => candidate.includes(mediaType))!;
    return putMerged(this.#services, { parser: this.#parser, format, mediaType }, write);
  }

  /**
   * Throws if the precondition fails. The transaction checks it again. The check here avoids lookups for a manifest
   * that cannot be stored.
   */
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

  /** The target that a manifest with a name and a tag must match; undefined if the registry does not compare them. */
  #targetOf({ repository, object }: Grant<"push", Reference>, { named }: ManifestPush): PushTarget | undefined {
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

  /** Throws the error for a missing manifest. The error says whether the repository exists. */
  async #refuse(repository: RepositoryName, reference: Reference): Promise<never> {
    throw (await this.#services.store.repositoryExists(repository))
      ? new RegistryError("MANIFEST_UNKNOWN", { detail: { reference } })
      : new RegistryError("NAME_UNKNOWN", { detail: { name: repository } });
  }
}

/** The error for a push that stored nothing. */
function refusalOf(outcome: Exclude<PutOutcome, "stored">, { mediaType }: ParsedManifest): Error {
  if (typeof outcome === "string") return new TypeError(`the push of a manifest ended as ${outcome}`);
  if ("unmet" in outcome) return preconditionFailed(outcome.unmet.current);
  if ("missing" in outcome) return new RegistryError("MANIFEST_BLOB_UNKNOWN", missingBlobs(outcome.missing));
  return otherMediaType(mediaType, outcome.storedAs);
}

/**
 * The error for a push with another media type than the stored one. The stored type cannot change: existing tags, and
 * the clients that pull them, rely on it (L25).
 */
function otherMediaType(pushed: MediaType, stored: MediaType): RegistryError {
  const message =
    "this repository has the manifest under another media type; push it under that one, or delete the manifest first";
  return new RegistryError("MANIFEST_INVALID", { message, detail: { pushed, stored } });
}
