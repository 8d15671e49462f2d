import { dockerLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { isJsonObject, JsonError, parseJson, type JsonObject } from "../../oci/json.ts";
import { lookAlikeIn, lookAlikeReason, protectedFields } from "../../oci/look-alikes.ts";
import { decodeBase64Url } from "./base64.ts";
import { leafKeyOf } from "./certificate-chain.ts";
import { publicKeyOf, signatureAlgorithms, type PublicKey, type SignatureAlgorithm } from "./public-key.ts";
import { SignatureError } from "./signature-error.ts";

/**
 * One element of `signatures`, in the form of a document, in which it can also be stored separately from its payload.
 */
export interface Signature {
  readonly header: SignatureHeader;
  /** base64url of r and s, or of the RSA signature. */
  readonly signature: string;
  /** base64url of a JSON object. This text is signed together with the payload. */
  readonly protected: string;
}

/** The key, in exactly one of two forms, and the algorithm. */
export interface SignatureHeader {
  readonly alg: SignatureAlgorithm;
  readonly jwk?: JsonObject;
  readonly x5c?: readonly string[];
}

/** The layout of the payload in the document: the document's first `length` bytes, then `tail`. */
export interface Format {
  readonly length: number;
  readonly tail: Buffer;
  /** The time of the signature according to the signer. It is not checked. */
  readonly time?: string;
}

/** White space and the closing bracket of the payload. libtrust never cuts off anything else. */
const tailPattern = /^[ \t\r\n]*\}[ \t\r\n]*$/;
const timeCharacters = 64;

/**
 * Checks the form of one signature (protocol sheet 5.2; libtrust jsonsign.go): a header with a known algorithm and with
 * either `jwk` or `x5c`, and two base64url texts. Unknown members are dropped. Throws a SignatureError `malformed` or
 * `algorithm`. `keyOf` checks the key and the chain, `formatOf` the protected text.
 */
export function parseSignature(value: unknown, at: string): Signature {
  if (!isJsonObject(value)) throw new SignatureError("malformed", at, "is not an object");
  for (const member of ["signature", "protected"] as const) {
    if (!decodeBase64Url(value[member])?.length) {
      throw new SignatureError(
        "malformed",
        `${at}.${member}`,
        `is not base64url of at most ${dockerLimits.signatureTextCharacters} characters`,
      );
    }
  }
  const header = parseHeader(value["header"], `${at}.header`);
  return { header, signature: value["signature"] as string, protected: value["protected"] as string };
}

function parseHeader(value: unknown, at: string): SignatureHeader {
  if (!isJsonObject(value)) throw new SignatureError("malformed", at, "is not an object");
  const { alg, jwk, x5c } = value;
  if (typeof alg !== "string" || !Object.hasOwn(signatureAlgorithms, alg)) {
    const algorithms = Object.keys(signatureAlgorithms).join(", ");
    throw new SignatureError("algorithm", `${at}.alg`, `is not one of ${algorithms}`);
  }
  refuseCritical(value, at);
  if ((jwk === undefined) === (x5c === undefined)) {
    throw new SignatureError("malformed", at, "must name its key in exactly one of jwk and x5c");
  }
  const algorithm = alg as SignatureAlgorithm;
  if (x5c !== undefined) return { alg: algorithm, x5c: x5c as readonly string[] };
  if (!isJsonObject(jwk)) throw new SignatureError("malformed", `${at}.jwk`, "is not an object");
  // All its members are stored unchanged, also unknown ones.
  if (Buffer.byteLength(JSON.stringify(jwk)) > dockerLimits.signatureKeyBytes) {
    throw new SignatureError("malformed", `${at}.jwk`, `is larger than ${dockerLimits.signatureKeyBytes} bytes`);
  }
  return { alg: algorithm, jwk };
}

/**
 * Parses a signature's protected text: `{"formatLength":N,"formatTail":"base64url","time":"…"}`, N in bytes, at least
 * 1. Throws a SignatureError `malformed` if the form is wrong, or if the tail is not white space and one `}`.
 */
export function formatOf(signature: Signature, at: string): Format {
  const place = `${at}.protected`;
  const members = parseProtected(signature.protected, place);
  const { formatLength, formatTail, time } = members;
  if (typeof formatLength !== "number" || !Number.isSafeInteger(formatLength) || formatLength < 1) {
    throw new SignatureError("malformed", `${place}.formatLength`, "is not a size in bytes");
  }
  const tail = decodeBase64Url(formatTail);
  if (!tail || tail.length > dockerLimits.signatureTailBytes || !tailPattern.test(tail.toString("latin1"))) {
    const reason = `is not base64url of white space and a closing bracket, ${dockerLimits.signatureTailBytes} bytes at most`;
    throw new SignatureError("malformed", `${place}.formatTail`, reason);
  }
  if (time !== undefined && (typeof time !== "string" || time.length > timeCharacters)) {
    throw new SignatureError("malformed", `${place}.time`, "is not a time");
  }
  refuseCritical(members, place);
  return { length: formatLength, tail, ...(time !== undefined && { time }) };
}

/** True if two signatures have the same layout, so that they can be in one document. */
export function sameLayout(one: Format, other: Format): boolean {
  return one.length === other.length && one.tail.equals(other.tail);
}

function parseProtected(text: string, at: string): JsonObject {
  try {
    const members = parseJson(decodeBase64Url(text)!, ociLimits.manifestDepth);
    const found = lookAlikeIn(members, protectedFields);
    if (found) throw new SignatureError("malformed", `${at}.${found.at}`, lookAlikeReason(found));
    if (isJsonObject(members)) return members;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new SignatureError("malformed", at, error.message);
  }
  throw new SignatureError("malformed", at, "is not a JSON object");
}

/**
 * `crit` names extensions that a verifier must understand (RFC 7515 section 4.1.11). This verifier understands none.
 */
function refuseCritical(members: JsonObject, at: string): void {
  if ("crit" in members)
    throw new SignatureError("malformed", `${at}.crit`, "requires an extension that is not supported");
}

/**
 * Returns the key of a signature, which its algorithm must fit. `validAt` as in `leafKeyOf`. Throws a SignatureError
 * `key` or `chain`, or `algorithm` if the algorithm is not one of the key's.
 */
export function keyOf({ header: { alg, jwk, x5c } }: Signature, at: string, validAt?: Date): PublicKey {
  const place = `${at}.header`;
  const key = jwk ? publicKeyOf(jwk, `${place}.jwk`) : leafKeyOf(x5c, `${place}.x5c`, validAt);
  if (!key.algorithms.includes(alg)) {
    throw new SignatureError("algorithm", `${place}.alg`, `is not one of this key's: ${key.algorithms.join(", ")}`);
  }
  return key;
}
