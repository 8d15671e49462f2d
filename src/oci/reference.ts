import type { Branded } from "../base/brand.ts";
import type { Digest } from "./digest.ts";

/** A movable name for a manifest (TAG-01). */
export type Tag = Branded<"Tag">;

/** The name by which a request reads a manifest. */
export type Reference = Tag | Digest;

/** The grammar of tags as a regular expression. */
export const tagPattern = "^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$";
const grammar = new RegExp(tagPattern);

/** Parses a tag; undefined if it is malformed. */
export function parseTag(text: string): Tag | undefined {
  return grammar.test(text) ? (text as Tag) : undefined;
}

/** True if a text is meant as a digest. Only a digest contains a colon (TAG-03). */
export function looksLikeDigest(text: string): boolean {
  return text.includes(":");
}

/** True if a reference is a digest. */
export function isDigest(reference: Reference): reference is Digest {
  return looksLikeDigest(reference);
}
