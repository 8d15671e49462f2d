import { dockerLimits } from "../limits.ts";

const urlAlphabet = /^[A-Za-z0-9_-]*$/;
const standardForm = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The bytes of a base64url text (RFC 4648 section 5) as libtrust reads it: spaces and line feeds count for nothing, the
 * padding may be missing. Undefined for anything else, for more than `dockerLimits.signatureTextCharacters`, and where bits
 * are left over that are not zero: two texts must not stand for the same bytes.
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
 * The bytes of a base64 text with its padding and nothing else in it (RFC 4648 section 4), as `x5c` has them (RFC 7515
 * section 4.1.6). Undefined for anything else, and for more than `maxBytes`.
 */
export function decodeBase64(text: unknown, maxBytes: number): Buffer | undefined {
  if (typeof text !== "string" || text.length > Math.ceil(maxBytes / 3) * 4 || !standardForm.test(text))
    return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.length <= maxBytes && bytes.toString("base64") === text ? bytes : undefined;
}
