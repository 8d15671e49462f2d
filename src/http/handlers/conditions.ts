import type { Digest } from "../../oci/digest.ts";

/** Content never changes under its digest, so the digest is its entity tag (BLOB-11). */
export function entityTag(digest: Digest): string {
  return `"${digest}"`;
}

/** Whether a list of entity tags names this content; docker sends the digest without its quotes (MAN-06). */
export function names(entityTags: string | undefined, digest: Digest): boolean {
  if (entityTags === undefined) return false;
  return entityTags
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .some((tag) => tag === "*" || tag === digest || tag === entityTag(digest));
}
