import { ociLimits } from "../../oci/limits.ts";
import { isJsonObject, JsonError, parseJson, type JsonObject } from "../../oci/json.ts";
import { ConversionError } from "./conversion-error.ts";
import type { Schema1Document } from "./document.ts";

/** The v1 image of a layer: the JSON in `v1Compatibility`. */
export interface V1Image {
  /** Its index in `fsLayers` and `history`. */
  readonly index: number;
  readonly members: JsonObject;
  readonly id: string;
  /** The id of the parent; empty for the base. */
  readonly parent: string;
  /** True for a step that changed no file. Its layer exists only for old clients. */
  readonly throwaway: boolean;
}

const idPattern = /^[0-9a-f]{64}$/;

/**
 * Reads the images of a document's layers, top first, each the child of the next. Docker up to 1.6 sometimes wrote a
 * layer twice in a row. The upper one is skipped, as clients do (containers/image, fixManifestLayers). Throws a
 * ConversionError if an entry is not such an image, or if the entries are not a chain.
 */
export function readV1Images({ layers }: Schema1Document): V1Image[] {
  const images = layers.map(({ v1Compatibility }, index) => imageOf(v1Compatibility, index));
  const chain = images.filter(({ id }, index) => id !== images[index + 1]?.id);
  const seen = new Set<string>();
  for (const [index, { id, parent, index: place }] of chain.entries()) {
    if (seen.has(id)) throw new ConversionError("schema1", `${placeOf(place)}.id`, "is used twice");
    seen.add(id);
    if (parent !== (chain[index + 1]?.id ?? "")) {
      throw new ConversionError("schema1", `${placeOf(place)}.parent`, "is not the image of the next entry");
    }
  }
  return chain;
}

/** The place of an entry's members, for people: the text of `v1Compatibility` is JSON in JSON. */
export function placeOf(index: number): string {
  return `history[${index}]`;
}

function imageOf(text: string, index: number): V1Image {
  const at = placeOf(index);
  const members = parse(text, at);
  const { id, parent = null, throwaway = null } = members;
  if (typeof id !== "string" || !idPattern.test(id)) {
    throw new ConversionError("schema1", `${at}.id`, "is not 64 hexadecimal digits");
  }
  if (parent !== null && typeof parent !== "string") {
    throw new ConversionError("schema1", `${at}.parent`, "is not a string");
  }
  if (throwaway !== null && typeof throwaway !== "boolean") {
    throw new ConversionError("schema1", `${at}.throwaway`, "is not true or false");
  }
  return { index, members, id, parent: parent ?? "", throwaway: throwaway ?? false };
}

function parse(text: string, at: string): JsonObject {
  try {
    const members = parseJson(new TextEncoder().encode(text), ociLimits.manifestDepth);
    if (isJsonObject(members)) return members;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new ConversionError("schema1", at, `is ${error.message}`);
  }
  throw new ConversionError("schema1", at, "is not a JSON object");
}
