import type { Grant } from "../../auth/grant.ts";
import { ociLimits } from "../../oci/limits.ts";
import { legacyLimits } from "./limits.ts";
import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { isFault, parseDescriptor } from "../../oci/descriptor.ts";
import { isJsonObject, parseJson } from "../../oci/json.ts";
import { isSchema1, manifestKind } from "../../oci/media-type.ts";
import type { Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { ConversionError } from "../../docker/schema1/conversion-error.ts";
import { emptyLayer } from "../../docker/schema1/empty-layer.ts";
import type { SigningKey } from "../../docker/schema1/key.ts";
import { linuxAmd64Of } from "../../docker/schema1/platform.ts";
import { Conversions } from "./conversions.ts";
import { markCorrupt, openWhole } from "../content/intact-bytes.ts";
import type { ManifestDescriptor, VerifiedManifest } from "../cache/manifest-cache.ts";
import type { Manifests, ManifestSource } from "../content/manifests.ts";
import { inPassing, type Pins } from "../content/pins.ts";
import { ensureBlob } from "../content/ensure-blob.ts";
import type { Services } from "../services.ts";

/**
 * `Schema1Manifests` serves manifests to clients that know only schema 1. It converts the manifest that a tag points
 * to, unless that is a schema 1 manifest already, and signs it with the registry's key (`conversions.ts`). The digest
 * of the result is always the same; the signature may differ.
 */
export class Schema1Manifests implements ManifestSource {
  readonly #services: Services;
  readonly #manifests: Manifests;
  readonly #pins: Pins;
  readonly #conversions: Conversions;

  constructor(services: Services, manifests: Manifests, key: SigningKey, pins: Pins) {
    this.#services = services;
    this.#pins = pins;
    this.#manifests = manifests;
    this.#conversions = new Conversions(services.clock, key);
  }

  async get(grant: Grant<"pull", Tag>): Promise<VerifiedManifest> {
    const stored = await this.#manifests.get(grant);
    if (isSchema1(stored.mediaType)) return stored;
    try {
      return await this.#convert(grant, stored);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      const { at, reason, document } = error;
      const message = `the image cannot be converted to schema 1: ${error.message}`;
      throw new RegistryError("MANIFEST_UNKNOWN", { message, detail: { digest: stored.digest, document, at, reason } });
    }
  }

  /** The record of the converted manifest. It pins the original manifest, as every HEAD request does. */
  async stat(grant: Grant<"pull", Tag>): Promise<ManifestDescriptor> {
    const record = await this.#manifests.stat(grant);
    return isSchema1(record.mediaType) ? record : this.get(grant);
  }

  close(): void {
    this.#conversions.close();
  }

  async #convert({ repository, object: tag }: Grant<"pull", Tag>, stored: VerifiedManifest): Promise<VerifiedManifest> {
    const wanted = { name: repository, tag, digest: stored.digest, mediaType: stored.mediaType };
    const { manifest, hasEmptyLayers } = await this.#conversions.get(wanted, async () => {
      const image = await this.#imageOf(repository, stored);
      if (image.size > legacyLimits.convertedBytes) throw tooLarge("manifest");
      return { manifest: image.bytes, config: await this.#configOf(repository, image) };
    });
    if (hasEmptyLayers) await ensureBlob(this.#services, this.#pins, repository, emptyLayer);
    return manifest;
  }

  async #imageOf(repository: RepositoryName, stored: VerifiedManifest): Promise<VerifiedManifest> {
    if (manifestKind(stored.mediaType) !== "index") return stored;
    if (stored.size > legacyLimits.convertedBytes) throw tooLarge("manifest");
    const digest = linuxAmd64Of(stored.bytes);
    const image = digest && (await this.#manifests.find(repository, digest));
    if (!image) throw new ConversionError("manifest", "manifests", "has no image for linux/amd64");
    return image;
  }

  async #configOf(repository: RepositoryName, { bytes }: VerifiedManifest): Promise<Uint8Array> {
    const digest = configDigestOf(bytes);
    const record = digest && (await this.#services.store.blob(repository, digest));
    if (!record) throw new ConversionError("manifest", "config", "is not an image configuration, or is missing");
    if (record.size > legacyLimits.convertedBytes) throw tooLarge("config");
    const content = await openWhole(this.#services, record);
    const config = await content?.bytes();
    if (config && digestOf(config, algorithmOf(record.digest)) === record.digest) return config;
    // From then on the configuration is absent, so that a push repairs it.
    await inPassing(markCorrupt(this.#services, record));
    const fault = config ? "is damaged; push the image again" : "is missing";
    throw new ConversionError("manifest", "config", fault);
  }
}

function tooLarge(document: ConversionError["document"]): ConversionError {
  return new ConversionError(document, "", `is larger than ${legacyLimits.convertedBytes} bytes`);
}

/**
 * The digest of the configuration; undefined if the manifest has none. The caller checks later whether it is an image
 * configuration.
 */
function configDigestOf(manifest: Uint8Array): Digest | undefined {
  const document = parseJson(manifest, ociLimits.manifestDepth);
  const config = parseDescriptor(isJsonObject(document) ? document["config"] : undefined);
  return isFault(config) ? undefined : config.digest;
}
