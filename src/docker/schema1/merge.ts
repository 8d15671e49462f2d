import { ociLimits } from "../../oci/limits.ts";
import { formatOf, sameLayout } from "./signature.ts";
import type { VerifiedSignature } from "./signed.ts";

/**
 * Merges the signatures of a payload that was pushed again: first the stored ones, then those of new keys, up to
 * `ociLimits.signaturesInManifest`. Each key has only its first signature, because a second one proves nothing new. A
 * signature with another layout cannot be in the same document and is omitted.
 */
export function mergeSignatures(
  kept: readonly VerifiedSignature[],
  pushed: readonly VerifiedSignature[],
): VerifiedSignature[] {
  const [first, ...others] = [...kept, ...pushed];
  if (!first) return [];
  const layout = formatOf(first, "");
  const byKey = new Map([[first.keyId, first]]);
  for (const signature of others) {
    if (byKey.size === ociLimits.signaturesInManifest) break;
    if (!byKey.has(signature.keyId) && sameLayout(layout, formatOf(signature, ""))) {
      byKey.set(signature.keyId, signature);
    }
  }
  return [...byKey.values()];
}
