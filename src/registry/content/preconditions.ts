import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";

/** The error for a precondition that failed. `current` is the stored digest, or undefined if nothing is stored. */
export function preconditionFailed(current: Digest | undefined): RegistryError {
  return new RegistryError("PRECONDITION_FAILED", { detail: { current: current ?? null } });
}
