import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import { ConversionError } from "./conversion-error.ts";
import type { Schema1Document } from "./document.ts";
import { emptyLayer } from "./empty-layer.ts";
import { lostOf, ociConfigOf } from "./oci-config.ts";
import { readV1Images, type V1Image } from "./v1-image.ts";

/** A layer of the converted image. */
export interface LayerToConvert {
  /** The digest in the document, perhaps a tarsum. */
  readonly blobSum: Digest;
  /** Its index in `fsLayers`. */
  readonly index: number;
}

/** The facts about a layer that are not in the document. */
export interface ConvertedLayer {
  readonly mediaType: MediaType;
  /** Digest of the stored blob, in an algorithm that today's clients can verify. */
  readonly digest: Digest;
  /** Size of the blob in bytes. */
  readonly size: number;
  /** Digest of the uncompressed tar (image-spec "config.md", `diff_ids`). */
  readonly diffId: Digest;
}

/** An image in its OCI form. */
export interface ConvertedImage {
  /** JSON of an OCI image configuration. The manifest names it by its sha256. */
  readonly config: Uint8Array<ArrayBuffer>;
  /** JSON of an OCI image manifest. */
  readonly manifest: Uint8Array<ArrayBuffer>;
  /** The places of information that is in the document but not in the image: `tag`, `history[0].docker_version`, … */
  readonly lost: readonly string[];
}

const configType = "application/vnd.oci.image.config.v1+json";

/**
 * Returns the layers of the converted image, base first: all but those of steps that changed no file. Throws a
 * ConversionError if the history is not a chain of images.
 */
export function layersToConvert(document: Schema1Document): LayerToConvert[] {
  return filledLayersOf(document, readV1Images(document));
}

/**
 * Converts a schema 1 manifest to an OCI image. `layers` has one element for each of `layersToConvert`, in the same
 * order. Throws a ConversionError if the history cannot be read, if it names no architecture, and if the layers are not
 * those of the document.
 */
export function fromSchema1(document: Schema1Document, layers: readonly ConvertedLayer[]): ConvertedImage {
  const images = readV1Images(document);
  checkLayers(filledLayersOf(document, images), layers);
  const diffIds = layers.map(({ diffId }) => diffId);
  const config = encode(ociConfigOf(images, document.architecture, diffIds));
  const manifest = encode({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: configType, digest: digestOf(config), size: config.length },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  });
  return { config, manifest, lost: lostIn(document, images) };
}

function filledLayersOf({ layers }: Schema1Document, images: readonly V1Image[]): LayerToConvert[] {
  const filled = images.filter(({ throwaway }) => !throwaway);
  return filled.map(({ index }) => ({ blobSum: layers[index]!.blobSum, index })).toReversed();
}

function checkLayers(expected: readonly LayerToConvert[], layers: readonly ConvertedLayer[]): void {
  if (expected.length !== layers.length) {
    throw new ConversionError("schema1", "fsLayers", `has ${expected.length} layers to convert, not ${layers.length}`);
  }
  for (const [at, { blobSum, index }] of expected.entries()) {
    const { digest } = layers[at]!;
    if (algorithmOf(blobSum) === algorithmOf(digest) && blobSum !== digest) {
      throw new ConversionError("schema1", `fsLayers[${index}]`, `is not ${digest}`);
    }
  }
}

function lostIn({ layers, architecture }: Schema1Document, images: readonly V1Image[]): string[] {
  const top = images[0]!;
  const own = top.members["architecture"];
  const repeated = layers.flatMap((_, index) => (images.some((image) => image.index === index) ? [] : [index]));
  return [
    "name",
    "tag",
    "signatures",
    ...(architecture && own && own !== architecture ? ["architecture"] : []),
    ...repeated.flatMap((index) => [`fsLayers[${index}]`, `history[${index}]`]),
    // The document says that such a layer changes nothing. If it is another blob, that cannot be checked.
    ...images.filter((image) => image.throwaway && !isEmptyLayer(layers[image.index]!.blobSum)).map(layerPlaceOf),
    ...images.flatMap((image) => lostOf(image, image === top)),
  ];
}

function isEmptyLayer(blobSum: Digest): boolean {
  return blobSum === emptyLayer.digest;
}

function layerPlaceOf({ index }: V1Image): string {
  return `fsLayers[${index}]`;
}

function encode(document: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(document));
}
