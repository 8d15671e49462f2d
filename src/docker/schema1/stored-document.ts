import { dockerLimits } from "../limits.ts";
import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { mergeSignatures } from "./merge.ts";
import { joinSignatures } from "./sign.ts";
import { SignatureError } from "./signature-error.ts";
import { openSigned, type OpenDocument } from "./signed.ts";

/**
 * Merges a stored schema 1 document with a pushed one of the same payload. The result adds the signatures of new keys,
 * as far as the limit allows. Schema 1 manifests are stored as signed documents, which `joinSignatures` writes. A
 * damaged stored document is ignored. `pushed` is such a document and intact.
 */
export function mergeDocuments(stored: Uint8Array, pushed: Uint8Array, digest: Digest): Uint8Array {
  if (Buffer.compare(stored, pushed) === 0) return pushed;
  const old = openIntact(stored, digest);
  if (!old) return pushed;
  const merged = joinSignatures(old.payload, mergeSignatures(old.signatures, openSigned(pushed).signatures));
  return merged.length > dockerLimits.signedManifestBytes ? stored : merged;
}

/**
 * Opens a stored document. Returns undefined if its payload has another digest, a signature is wrong, or it has any
 * other fault.
 */
function openIntact(stored: Uint8Array, digest: Digest): OpenDocument | undefined {
  try {
    const opened = openSigned(stored);
    const whole = digestOf(opened.payload, algorithmOf(digest)) === digest;
    const nothingElse = Buffer.compare(joinSignatures(opened.payload, opened.signatures), stored) === 0;
    return whole && nothingElse ? opened : undefined;
  } catch (error) {
    if (error instanceof SignatureError) return undefined;
    throw error;
  }
}
