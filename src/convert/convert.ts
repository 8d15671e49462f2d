import { ClientError } from "../client/client-error.ts";
import type { RemoteRepository } from "../client/remote-repository.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { mediaTypes } from "../oci/media-type.ts";
import type { Tag } from "../oci/reference.ts";
import { ConversionError } from "../docker/schema1/conversion-error.ts";
import {
  fromSchema1,
  layersToConvert,
  type ConvertedLayer,
  type LayerToConvert,
} from "../docker/schema1/from-schema1.ts";
import { LayerError, measureLayer } from "./measured-layer.ts";
import { readStored, type StoredSchema1 } from "./stored-schema1.ts";

/** Options of a conversion. */
export interface ConversionOptions {
  readonly tag: Tag;
  readonly to: Tag;
  /** True if the tag may be moved from another image. */
  readonly replace: boolean;
  readonly unsigned: boolean;
  /** True to read everything and write nothing. */
  readonly dryRun: boolean;
  /** Called when the manifest has been read, to show progress. */
  readonly onManifest?: (stored: StoredSchema1, layers: number) => void;
  readonly onLayer?: (layer: MeasuredLayer) => void;
}

/** A layer with the facts that its bytes gave. */
export interface MeasuredLayer extends ConvertedLayer {
  readonly blobSum: Digest;
  /** True if it must be pushed, because the repository does not have it under its sha256. */
  readonly missing: boolean;
}

/** The result of a conversion. */
export interface Conversion {
  readonly digest: Digest;
  /** The manifest to which the tag pointed before, if it was another one. */
  readonly replaced?: Digest;
  /** True if the tag already pointed to the converted image. */
  readonly unchanged: boolean;
  /** Places of information that is in the old manifest but not in the new one. */
  readonly lost: readonly string[];
}

/**
 * Converts a stored schema 1 image to an OCI image in the same repository. Throws a ConversionError if the image cannot
 * be converted, and a ClientError if a request to the registry fails.
 */
export async function convertImage(repository: RemoteRepository, options: ConversionOptions): Promise<Conversion> {
  const { tag, to, unsigned } = options;
  const manifest = await repository.manifest(tag);
  if (!manifest) throw new ClientError("answer", `the tag ${tag} does not exist in ${repository.name}`);
  const stored = readStored(manifest, { name: repository.name, tag, unsigned });
  const layers = layersToConvert(stored.document);
  options.onManifest?.(stored, layers.length);
  const before = await tagBefore(repository, options);
  const measured = await measureAll(repository, layers, options);
  const image = fromSchema1(stored.document, measured);
  const digest = digestOf(image.manifest);
  const unchanged = before === digest;
  if (before && !unchanged && !options.replace) throw new TagTakenError(to, before);
  if (!options.dryRun) {
    for (const layer of missingOf(measured)) await copyBlob(repository, layer);
    const config = digestOf(image.config);
    if (!(await repository.hasBlob(config))) await repository.pushBlob(config, image.config);
    if (!unchanged) await repository.pushManifest(to, mediaTypes.ociManifest, image.manifest);
  }
  return { digest, unchanged, lost: image.lost, ...(before && !unchanged && { replaced: before }) };
}

/** The target tag exists and points to another image, and replacing it was not requested. */
export class TagTakenError extends ClientError {
  constructor(tag: Tag, digest: Digest) {
    super("answer", `the tag ${tag} exists and points to another image (${digest})`);
  }
}

async function tagBefore(repository: RemoteRepository, { to }: ConversionOptions): Promise<Digest | undefined> {
  const manifest = await repository.manifest(to);
  return manifest && (manifest.digest ?? digestOf(manifest.bytes));
}

/** Reads the layers one after the other, and each blob once, because an image may have the same layer several times. */
async function measureAll(
  repository: RemoteRepository,
  layers: readonly LayerToConvert[],
  { onLayer }: ConversionOptions,
): Promise<MeasuredLayer[]> {
  const layersBySum = new Map<Digest, MeasuredLayer>();
  const measured: MeasuredLayer[] = [];
  for (const layer of layers) {
    const found = layersBySum.get(layer.blobSum) ?? (await measure(repository, layer));
    layersBySum.set(layer.blobSum, found);
    measured.push(found);
    onLayer?.(found);
  }
  return measured;
}

async function measure(repository: RemoteRepository, { blobSum, index }: LayerToConvert): Promise<MeasuredLayer> {
  const blob = await repository.blob(blobSum);
  if (!blob) throw new ConversionError("schema1", `fsLayers[${index}]`, `is not in ${repository.name}: ${blobSum}`);
  try {
    const layer = await measureLayer(blobSum, blob.bytes);
    return { blobSum, ...layer, missing: layer.digest !== blobSum && !(await repository.hasBlob(layer.digest)) };
  } catch (error) {
    throw error instanceof LayerError ? new ConversionError("schema1", `fsLayers[${index}]`, error.message) : error;
  } finally {
    await blob.bytes.return(undefined);
  }
}

function missingOf(layers: readonly MeasuredLayer[]): MeasuredLayer[] {
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()].filter(({ missing }) => missing);
}

/** Copies a blob to its sha256. Its bytes are read again from the repository; the registry verifies them. */
async function copyBlob(repository: RemoteRepository, { blobSum, digest, size }: MeasuredLayer): Promise<void> {
  const blob = await repository.blob(blobSum);
  if (!blob) throw new ClientError("answer", `the layer ${blobSum} is no longer in ${repository.name}`);
  await repository.pushBlob(digest, { bytes: blob.bytes, size });
}
