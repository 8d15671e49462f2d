import { ociLimits } from "../../oci/limits.ts";
import { formatOf, sameLayout } from "./signature.ts";
import type { VerifiedSignature } from "./signed.ts";

/**
 * The signatures of one payload after it was pushed again: those that were kept, then those of keys that are new, up to
 * `ociLimits.signaturesInManifest`. A key says nothing new by signing twice, so each has one signature, its first; and one
 * that lies around the payload in another way cannot stand in the same document, so it is left out.
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
