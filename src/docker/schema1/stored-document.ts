import { dockerLimits } from "../limits.ts";
import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { mergeSignatures } from "./merge.ts";
import { joinSignatures } from "./sign.ts";
import { SignatureError } from "./signature-error.ts";
import { openSigned, type OpenDocument } from "./signed.ts";

/**
 * A manifest of schema 1 is kept as the signed document, written by `joinSignatures`. This is what is kept after the same
 * payload was pushed again: with the signatures of keys that are new, as far as there is room. What was kept and is damaged
 * counts for nothing. `pushed` is such a document, and whole.
 */
export function mergeDocuments(kept: Uint8Array, pushed: Uint8Array, digest: Digest): Uint8Array {
  if (Buffer.compare(kept, pushed) === 0) return pushed;
  const old = openIntact(kept, digest);
  if (!old) return pushed;
  const merged = joinSignatures(old.payload, mergeSignatures(old.signatures, openSigned(pushed).signatures));
  return merged.length > dockerLimits.signedManifestBytes ? kept : merged;
}

/** Undefined where the payload has not this digest, a signature does not hold, or anything else stands in it. */
function openIntact(kept: Uint8Array, digest: Digest): OpenDocument | undefined {
  try {
    const opened = openSigned(kept);
    const whole = digestOf(opened.payload, algorithmOf(digest)) === digest;
    const nothingElse = Buffer.compare(joinSignatures(opened.payload, opened.signatures), kept) === 0;
    return whole && nothingElse ? opened : undefined;
  } catch (error) {
    if (error instanceof SignatureError) return undefined;
    throw error;
  }
}
