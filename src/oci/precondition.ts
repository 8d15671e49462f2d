import { ociLimits } from "./limits.ts";
import type { Digest } from "./digest.ts";

/** A condition for a change of content (RFC 9110 section 13.1). */
export interface Precondition {
  /** The If-Match header: a list of entity tags that must include the current one's, or `*` for any. */
  readonly match?: string | undefined;
  /**
   * The If-None-Match header: a list of entity tags that must not include the current one's, or `*` if no content may
   * exist.
   */
  readonly noneMatch?: string | undefined;
}

/** The entity tag of content: its digest in quotes. Content never changes under its digest (BLOB-11). */
export function entityTag(digest: Digest): string {
  return `"${digest}"`;
}

/** True if a list of entity tags names this content. Docker sends the digest without quotes (MAN-06). */
export function matches(entityTags: string | undefined, digest: Digest): boolean {
  return tagsOf(entityTags).some((tag) => tag === "*" || matchesStrongly(tag.replace(/^W\//, ""), digest));
}

/** True if an If-Range header names this content: a single tag that is not weak (RFC 9110 section 13.1.5). */
export function matchesStrongly(tag: string, digest: Digest): boolean {
  return tag === digest || tag === entityTag(digest);
}

/**
 * True if the condition is met. `current` is undefined if no content exists. If-Match compares strongly, If-None-Match
 * weakly.
 */
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
