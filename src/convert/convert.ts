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

export interface ConversionOptions {
  readonly tag: Tag;
  readonly to: Tag;
  /** Whether another image may already have that tag, which it then loses. */
  readonly replace: boolean;
  readonly unsigned: boolean;
  /** Reads everything, and writes nothing. */
  readonly dryRun: boolean;
  /** Told as soon as it is known, for whoever waits. */
  readonly onManifest?: (stored: StoredSchema1, layers: number) => void;
  readonly onLayer?: (layer: MeasuredLayer) => void;
}

export interface MeasuredLayer extends ConvertedLayer {
  readonly blobSum: Digest;
  /** Whether it has to be pushed, because it is not there under its sha256. */
  readonly missing: boolean;
}

export interface Conversion {
  readonly digest: Digest;
  /** What the tag led to before, where that was another manifest. */
  readonly replaced?: Digest;
  /** The tag led to this very image before. */
  readonly unchanged: boolean;
  /** Places of what is said in the old manifest and nowhere in the new one. */
  readonly lost: readonly string[];
}

/**
 * Writes a schema 1 image that is stored in a repository as an OCI image beside it. Throws a ConversionError where the
 * image cannot be converted, and a ClientError where the registry does not do what it should.
 */
export async function convertImage(repository: RemoteRepository, options: ConversionOptions): Promise<Conversion> {
  const { tag, to, unsigned } = options;
  const manifest = await repository.manifest(tag);
  if (!manifest) throw new ClientError("answer", `there is no tag ${tag} in ${repository.name}`);
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

/** A tag that nobody said to write to leads to another image. */
export class TagTakenError extends ClientError {
  constructor(tag: Tag, digest: Digest) {
    super("answer", `the tag ${tag} is there, and leads to another image (${digest})`);
  }
}

async function tagBefore(repository: RemoteRepository, { to }: ConversionOptions): Promise<Digest | undefined> {
  const manifest = await repository.manifest(to);
  return manifest && (manifest.digest ?? digestOf(manifest.bytes));
}

/** One after the other, and each blob once: an image may have the same layer several times. */
async function measureAll(
  repository: RemoteRepository,
  layers: readonly LayerToConvert[],
  { onLayer }: ConversionOptions,
): Promise<MeasuredLayer[]> {
  const known = new Map<Digest, MeasuredLayer>();
  const measured: MeasuredLayer[] = [];
  for (const layer of layers) {
    const found = known.get(layer.blobSum) ?? (await measure(repository, layer));
    known.set(layer.blobSum, found);
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

/** Its bytes are read once more, from where they are; the registry verifies them. */
async function copyBlob(repository: RemoteRepository, { blobSum, digest, size }: MeasuredLayer): Promise<void> {
  const blob = await repository.blob(blobSum);
  if (!blob) throw new ClientError("answer", `the layer ${blobSum} is gone from ${repository.name}`);
  await repository.pushBlob(digest, { bytes: blob.bytes, size });
}
