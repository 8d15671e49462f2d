import type { Digest } from "../../oci/digest.ts";

/** Content never changes under its digest, so the digest is its entity tag (BLOB-11). */
export function entityTag(digest: Digest): string {
  return `"${digest}"`;
}

/** Whether an If-None-Match names this content; docker sends the digest without its quotes (MAN-06). */
export function matches(entityTags: string | undefined, digest: Digest): boolean {
  if (entityTags === undefined) return false;
  return entityTags
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .some((tag) => tag === "*" || matchesStrongly(tag, digest));
}

/** Whether an If-Range does: one tag, and no weak one (RFC 9110 section 13.1.5). */
export function matchesStrongly(tag: string, digest: Digest): boolean {
  return tag === digest || tag === entityTag(digest);
}
