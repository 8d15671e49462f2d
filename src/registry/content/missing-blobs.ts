import { ociLimits } from "../../oci/limits.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ErrorItem, Failure } from "../../oci/errors.ts";

const failure: Failure = "MANIFEST_BLOB_UNKNOWN";

/**
 * Makes one error for each missing item (MPUT-11), up to a number that a person can still read. `count` is the number
 * of all missing items.
 */
export function missingBlobs(missing: readonly Digest[], count = missing.length): ErrorItem[] {
  const listed = missing.slice(0, ociLimits.errorsListed).map((digest) => ({ failure, detail: { digest } }));
  const rest = count - listed.length;
  if (rest === 0) return listed;
  return [...listed, { failure, message: `${rest} more pieces of content are missing`, detail: { missing: rest } }];
}
