import { ociLimits } from "../../oci/limits.ts";
import { isJsonObject, JsonError, parseJson, type JsonObject } from "../../oci/json.ts";
import { lookAlikeIn, lookAlikeReason, schema1Fields } from "../../oci/look-alikes.ts";
import { SignatureError } from "./signature-error.ts";

const openBrace = 0x7b;
const names = { document: "the document", payload: "the payload" } as const;

/**
 * Parses a JSON object without duplicate keys that begins with the first byte. A byte order mark or white space before
 * it would be signed too, and would change the digest. Throws a SignatureError with this failure for anything else.
 * `outermost` as in `parseJson`.
 */
export function parseStrictObject(
  bytes: Uint8Array,
  failure: keyof typeof names,
  outermost: "strict" | "lenient" = "strict",
): JsonObject {
  try {
    const options = { outermost, decimals: "NaN" } as const;
    const parsed = bytes[0] === openBrace ? parseJson(bytes, ociLimits.manifestDepth, options) : undefined;
    if (isJsonObject(parsed)) return withoutLookAlikes(parsed, failure);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new SignatureError(failure, "", `${names[failure]}: ${error.message}`);
  }
  throw new SignatureError(failure, "", `${names[failure]} is not a JSON object that starts with its first byte`);
}

/** Refuses keys that only some readers read as a field of schema 1, because they would make two documents of one. */
function withoutLookAlikes(object: JsonObject, failure: keyof typeof names): JsonObject {
  const found = lookAlikeIn(object, schema1Fields);
  if (found) throw new SignatureError(failure, found.at, lookAlikeReason(found));
  return object;
}
