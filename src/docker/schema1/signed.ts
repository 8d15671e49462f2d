import { ociLimits } from "../../oci/limits.ts";
import type { JsonObject } from "../../oci/json.ts";
import { decodeBase64Url } from "./base64.ts";
import { hasSigned } from "./public-key.ts";
import { formatOf, keyOf, parseSignature, sameLayout, type Format, type Signature } from "./signature.ts";
import { SignatureError } from "./signature-error.ts";
import { parseStrictObject } from "./strict-object.ts";

const space = new Set(Buffer.from(" \t\r\n"));
const comma = 0x2c;

/** A document, split into its payload and signatures. Nothing is verified yet. */
export interface SplitDocument {
  /** The signed bytes. Their digest is the manifest's. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** The signatures in the order of the document, 1 to `ociLimits.signaturesInManifest`. */
  readonly signatures: readonly Signature[];
}

/** A signature that the key with this id made over the payload. It does not say whether to trust that key. */
export interface VerifiedSignature extends Signature {
  /** libtrust's name for the key: twelve groups of four letters. */
  readonly keyId: string;
  /** The time of the signature according to the signer. It is not checked. */
  readonly time?: string;
}

/** A verified document. */
export interface OpenDocument extends SplitDocument {
  /** The parsed payload. Nothing else of the document may be used. */
  readonly content: JsonObject;
  readonly signatures: readonly VerifiedSignature[];
}

/** Options of the verification. */
export interface VerifyOptions {
  /** The time at which the certificates of an `x5c` must be valid. Without it, their dates do not count. */
  readonly validAt?: Date;
}

/**
 * Reads a "pretty" JSON web signature in libtrust's form (protocol sheet 5.2; jsonsign.go, ParsePrettySignature) and
 * verifies all its signatures. Throws a SignatureError for any fault, also for one wrong signature among right ones.
 *
 * The part after the payload is not used, except for the signatures. It has misled readers of the whole document
 * (CVE-2014-8179). So a registry does not serve the pushed document: `joinSignatures` writes a new one, which is equal
 * byte for byte if libtrust wrote the original.
 *
 * It is stricter than libtrust: the payload must be one strict JSON object from its first byte on, and so must the
 * rest.
 */
export function openSigned(document: Uint8Array, options: VerifyOptions = {}): OpenDocument {
  const split = splitSigned(document);
  const content = contentOf(split.payload);
  return { ...split, content, signatures: verifySignatures(split, options) };
}

/** The first half of `openSigned`: splits a document into the payload and the signatures, without verifying them. */
export function splitSigned(document: Uint8Array): SplitDocument {
  const signatures = signaturesOf(parseStrictObject(document, "document", "lenient"));
  const { length, tail } = commonFormat(signatures);
  checkRest(document.subarray(length), length);
  return { payload: new Uint8Array(Buffer.concat([document.subarray(0, length), tail])), signatures };
}

/**
 * Parses a payload. Throws a SignatureError `payload` if it is not one strict JSON object, or has signatures itself.
 */
export function contentOf(payload: Uint8Array): JsonObject {
  const content = parseStrictObject(payload, "payload");
  if ("signatures" in content) throw new SignatureError("payload", "signatures", "must not be in the signed payload");
  return content;
}

/**
 * The second half of `openSigned`: verifies the signatures. The signed bytes are `protected` unchanged, a full stop,
 * and base64url of the payload (RFC 7515 section 5.2). Throws a SignatureError `key`, `chain`, `algorithm` or
 * `mismatch`.
 */
export function verifySignatures(
  { payload, signatures }: SplitDocument,
  { validAt }: VerifyOptions = {},
): VerifiedSignature[] {
  const encoded = Buffer.from(payload).toString("base64url");
  return signatures.map((signature, index) => {
    const at = placeOf(index);
    const { time } = formatOf(signature, at);
    const key = keyOf(signature, at, validAt);
    const input = Buffer.from(`${signature.protected}.${encoded}`, "latin1");
    if (!hasSigned(key, signature.header.alg, input, decodeBase64Url(signature.signature)!)) {
      throw new SignatureError("mismatch", `${at}.signature`, "was not made by its key over this payload");
    }
    return { ...signature, keyId: key.keyId, ...(time !== undefined && { time }) };
  });
}

function signaturesOf({ signatures }: JsonObject): Signature[] {
  if (signatures === undefined) throw new SignatureError("missing", "signatures", "is missing");
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > ociLimits.signaturesInManifest) {
    throw new SignatureError("malformed", "signatures", `is not a list of 1 to ${ociLimits.signaturesInManifest}`);
  }
  return signatures.map((element, index) => parseSignature(element, placeOf(index)));
}

/** The layout of all signatures, which must be of one payload. */
function commonFormat(signatures: readonly Signature[]): Format {
  const [first, ...others] = signatures.map((signature, index) => formatOf(signature, placeOf(index)));
  const other = others.findIndex((format) => !sameLayout(first!, format));
  if (other >= 0) {
    throw new SignatureError("layout", placeOf(other + 1), "covers another part of the document than the first");
  }
  return first!;
}

/**
 * Checks the rest of the document. It must be more members of the payload's object, with `signatures` exactly once.
 * Then these are the signatures that were found in the whole document.
 */
function checkRest(rest: Uint8Array, length: number): void {
  const after = rest.findIndex((byte) => !space.has(byte));
  if (rest[after] !== comma) {
    throw new SignatureError("layout", "", `no member ends after the ${length} bytes that were signed`);
  }
  const members = parseStrictObject(Buffer.concat([Buffer.from("{"), rest.subarray(after + 1)]), "document");
  if (!("signatures" in members)) throw new SignatureError("layout", "signatures", "do not follow the signed payload");
}

function placeOf(index: number): string {
  return `signatures[${index}]`;
}
