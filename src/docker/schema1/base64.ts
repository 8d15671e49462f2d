import { dockerLimits } from "../limits.ts";

const urlAlphabet = /^[A-Za-z0-9_-]*$/;
const standardForm = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Decodes a base64url text (RFC 4648 section 5) like libtrust does: it ignores spaces and line feeds, and the padding
 * may be missing. Returns undefined for any other text, for more than `dockerLimits.signatureTextCharacters`, and if leftover
 * bits are not zero, because two texts must not mean the same bytes.
 */
export function decodeBase64Url(text: unknown): Buffer | undefined {
  if (typeof text !== "string" || text.length > dockerLimits.signatureTextCharacters) return undefined;
  const dense = text.replace(/[ \n]/g, "");
  const bare = dense.replace(/={1,2}$/, "");
  if (!urlAlphabet.test(bare) || (bare !== dense && dense.length % 4 !== 0)) return undefined;
  const bytes = Buffer.from(bare, "base64url");
  return bytes.toString("base64url") === bare ? bytes : undefined;
}

/**
 * Decodes a base64 text with its padding and no other characters (RFC 4648 section 4), as in `x5c` (RFC 7515 section
 * 4.1.6). Returns undefined for any other text, and for more than `maxBytes`.
 */
export function decodeBase64(text: unknown, maxBytes: number): Buffer | undefined {
  if (typeof text !== "string" || text.length > Math.ceil(maxBytes / 3) * 4 || !standardForm.test(text))
    return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.length <= maxBytes && bytes.toString("base64") === text ? bytes : undefined;
}
