/** Request bodies that are JSON documents. */
import { mismatchOf, type Mismatch } from "../api/mismatch.ts";
import type { Schema } from "../api/schema.ts";
import { RegistryError } from "../oci/errors.ts";
import { JsonError, parseJson } from "../oci/json.ts";
import { mediaTypes, parseMediaType } from "../oci/media-type.ts";
import { httpLimits } from "./limits.ts";

/**
 * Throws MEDIA_TYPE_UNSUPPORTED unless the body says that it is JSON. A body without Content-Type is refused too: web
 * pages of other sites can send one without asking the registry first.
 */
export function requireJson(headers: Headers): void {
  const mediaType = parseMediaType(headers.get("content-type") ?? "");
  if (mediaType !== mediaTypes.json)
    throw new RegistryError("MEDIA_TYPE_UNSUPPORTED", { detail: { expected: mediaTypes.json } });
}

/** Returns the value of a document. Throws REQUEST_MALFORMED if it is not JSON, or does not match the schema. */
export function readJson(bytes: Uint8Array, schema: Schema): unknown {
  const value = parse(bytes);
  const mismatch = mismatchOf(schema, value);
  if (mismatch) throw mismatchError(mismatch);
  return value;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, httpLimits.jsonBodyDepth);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new RegistryError("REQUEST_MALFORMED", {
      message: `the body cannot be read as JSON: ${error.message}`,
      detail: { found: error.found },
    });
  }
}

/** The error does not quote the value, which may be a password. */
function mismatchError({ pointer, expected }: Mismatch): RegistryError {
  const place = pointer.slice(0, httpLimits.pointerCharacters);
  const message = `the body does not match its schema at "${place}": expected ${expected}`;
  return new RegistryError("REQUEST_MALFORMED", { message, detail: { pointer: place, expected } });
}
