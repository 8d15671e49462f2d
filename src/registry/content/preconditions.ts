import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";

/** `current` is undefined where there is nothing. */
export function preconditionFailed(current: Digest | undefined): RegistryError {
  return new RegistryError("PRECONDITION_FAILED", { detail: { current: current ?? null } });
}
