import type { Branded } from "../base/brand.ts";
import type { Digest } from "./digest.ts";

/** A name for a manifest that can move (TAG-01). */
export type Tag = Branded<"Tag">;

/** What a manifest is asked for by. */
export type Reference = Tag | Digest;

export const tagPattern = "^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$";
const grammar = new RegExp(tagPattern);

export function parseTag(text: string): Tag | undefined {
  return grammar.test(text) ? (text as Tag) : undefined;
}

/** Only a digest holds a colon, so the text itself says which of the two it is meant to be (TAG-03). */
export function looksLikeDigest(text: string): boolean {
  return text.includes(":");
}

export function isDigest(reference: Reference): reference is Digest {
  return looksLikeDigest(reference);
}
