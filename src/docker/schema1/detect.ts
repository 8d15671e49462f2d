import { ociLimits } from "../../oci/limits.ts";
import { isJsonObject, JsonError, parseJson } from "../../oci/json.ts";
import { mayBeManifest, isSchema1, mediaTypes, parseMediaTypeField, type MediaType } from "../../oci/media-type.ts";

/**
 * Whether what is pushed wants to be a manifest of schema 1. Where its Content-Type does not say (MPUT-05), the document
 * does; what it says outside of its signed part decides nothing but this.
 */
export function detectsSchema1(bytes: Uint8Array, declared: MediaType | undefined): boolean {
  if (declared !== undefined && mayBeManifest(declared)) return isSchema1(declared);
  try {
    const document = parseJson(bytes, ociLimits.manifestDepth, { outermost: "lenient" });
    if (!isJsonObject(document)) return false;
    const { mediaType, schemaVersion } = document;
    if (mediaType === undefined || mediaType === null || mediaType === "") return schemaVersion === 1;
    const inside = parseMediaTypeField(mediaType);
    const isDeclared = !declared || declared === mediaTypes.json;
    return inside !== undefined && isSchema1(inside) && isDeclared;
  } catch (error) {
    if (error instanceof JsonError) return false;
    throw error;
  }
}
