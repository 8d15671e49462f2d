import { limits } from "../../base/limits.ts";
import { isJsonObject, JsonError, parseJson } from "../json.ts";
import { isSchema1, mediaTypes, type MediaType } from "../media-type.ts";

/**
 * Whether what is pushed wants to be a manifest of schema 1. Where its Content-Type does not say (MPUT-05), the document
 * does; what it says outside of its signed part decides nothing but this.
 */
export function announcesSchema1(bytes: Uint8Array, declared: MediaType | undefined): boolean {
  if (declared !== undefined && declared !== mediaTypes.json) return isSchema1(declared);
  try {
    const document = parseJson(bytes, limits.manifestDepth, "lenient");
    if (!isJsonObject(document)) return false;
    const { mediaType, schemaVersion } = document;
    return typeof mediaType === "string" ? isSchema1(mediaType as MediaType) : schemaVersion === 1;
  } catch (error) {
    if (error instanceof JsonError) return false;
    throw error;
  }
}
