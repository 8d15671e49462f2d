import { ociLimits } from "./limits.ts";
import type { Digest } from "./digest.ts";

/** What has to hold of content for it to be replaced (RFC 9110 section 13.1). */
export interface Precondition {
  /** The If-Match header: entity tags one of which has to be the present one's, or `*` for any. */
  readonly match?: string | undefined;
  /** The If-None-Match header: entity tags none of which may be the present one's; `*` says that there may be none. */
  readonly noneMatch?: string | undefined;
}

/** Content never changes under its digest, so the digest is its entity tag (BLOB-11). */
export function entityTag(digest: Digest): string {
  return `"${digest}"`;
}

/** Whether a list of entity tags names this content; docker sends the digest without its quotes (MAN-06). */
export function matches(entityTags: string | undefined, digest: Digest): boolean {
  return tagsOf(entityTags).some((tag) => tag === "*" || matchesStrongly(tag.replace(/^W\//, ""), digest));
}

/** Whether an If-Range does: one tag, and no weak one (RFC 9110 section 13.1.5). */
export function matchesStrongly(tag: string, digest: Digest): boolean {
  return tag === digest || tag === entityTag(digest);
}

/** `current` is undefined where there is nothing yet. If-Match compares strongly, If-None-Match weakly. */
export function holds({ match, noneMatch }: Precondition, current: Digest | undefined): boolean {
  if (match !== undefined && !namesStrongly(match, current)) return false;
  return noneMatch === undefined || current === undefined || !matches(noneMatch, current);
}

function namesStrongly(entityTags: string, current: Digest | undefined): boolean {
  return current !== undefined && tagsOf(entityTags).some((tag) => tag === "*" || matchesStrongly(tag, current));
}

function tagsOf(entityTags: string | undefined): string[] {
  return entityTags?.split(",", ociLimits.entityTags).map((tag) => tag.trim()) ?? [];
}
