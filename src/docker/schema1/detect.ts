import { ociLimits } from "../../oci/limits.ts";
import { isJsonObject, JsonError, parseJson } from "../../oci/json.ts";
import { mayBeManifest, isSchema1, mediaTypes, parseMediaTypeField, type MediaType } from "../../oci/media-type.ts";

/**
 * True if a pushed document is meant as a schema 1 manifest. If its Content-Type does not say so (MPUT-05), the
 * document itself does. The unsigned part of the document is used for nothing else.
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
