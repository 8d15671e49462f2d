import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import { ConversionError } from "./conversion-error.ts";
import type { Schema1Document } from "./document.ts";
import { emptyLayer } from "./empty-layer.ts";
import { lostOf, ociConfigOf } from "./oci-config.ts";
import { readV1Images, type V1Image } from "./v1-image.ts";

/** A layer that the converted image has. */
export interface LayerToConvert {
  /** As the document names it; perhaps a tarsum. */
  readonly blobSum: Digest;
  /** Its place in `fsLayers`. */
  readonly index: number;
}

/** What the document does not say of a layer. */
export interface ConvertedLayer {
  readonly mediaType: MediaType;
  /** Of the blob as it is stored, in an algorithm that clients of today can verify. */
  readonly digest: Digest;
  /** Bytes of the blob. */
  readonly size: number;
  /** Digest of the uncompressed tar (image-spec "config.md", `diff_ids`). */
  readonly diffId: Digest;
}

export interface ConvertedImage {
  /** JSON of an OCI image configuration; the manifest names it by its sha256. */
  readonly config: Uint8Array<ArrayBuffer>;
  /** JSON of an OCI image manifest. */
  readonly manifest: Uint8Array<ArrayBuffer>;
  /** The places of what is said in the document and nowhere in the image: `tag`, `history[0].docker_version`, … */
  readonly lost: readonly string[];
}

const configType = "application/vnd.oci.image.config.v1+json";

/**
 * The layers that an image made from this document has, base first: all but those of steps that changed no file.
 * Throws a ConversionError where the history is no chain of images.
 */
export function layersToConvert(document: Schema1Document): LayerToConvert[] {
  return filledLayersOf(document, readV1Images(document));
}

/**
 * Writes a schema 1 manifest as an OCI image, given one element for each of `layersToConvert`, in that order. Throws a
 * ConversionError where the history cannot be read, where it names no architecture, and where the layers are not those of
 * the document.
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

function checkLayers(wanted: readonly LayerToConvert[], given: readonly ConvertedLayer[]): void {
  if (wanted.length !== given.length) {
    throw new ConversionError("schema1", "fsLayers", `has ${wanted.length} layers to convert, not ${given.length}`);
  }
  for (const [at, { blobSum, index }] of wanted.entries()) {
    const { digest } = given[at]!;
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
    // The word of the document is that such a layer changes nothing; where it is another blob, nobody can tell.
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
