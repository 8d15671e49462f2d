import { ociLimits } from "../../oci/limits.ts";
import type { JsonObject } from "../../oci/json.ts";
import { decodeBase64Url } from "./base64.ts";
import { hasSigned } from "./public-key.ts";
import { formatOf, keyOf, parseSignature, sameLayout, type Format, type Signature } from "./signature.ts";
import { SignatureError } from "./signature-error.ts";
import { parseStrictObject } from "./strict-object.ts";

const space = new Set(Buffer.from(" \t\r\n"));
const comma = 0x2c;

/** A document taken apart. Nothing is verified yet. */
export interface SplitDocument {
  /** The bytes that were signed, and whose digest is the manifest's. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** In the order of the document, 1 to `ociLimits.signaturesInManifest`. */
  readonly signatures: readonly Signature[];
}

/** A signature that was made by the key with this id over the payload. Whether to trust that key is not said. */
export interface VerifiedSignature extends Signature {
  /** libtrust's name for the key, twelve groups of four letters. */
  readonly keyId: string;
  /** When the signer says that it signed; nothing checks it. */
  readonly time?: string;
}

export interface OpenDocument extends SplitDocument {
  /** The payload, parsed. Nothing else of the document may be used. */
  readonly content: JsonObject;
  readonly signatures: readonly VerifiedSignature[];
}

export interface VerifyOptions {
  /** The moment at which the certificates of an `x5c` have to be valid; without it their dates do not count. */
  readonly validAt?: Date;
}

/**
 * Reads a "pretty" JSON web signature as libtrust writes it (protocol sheet 5.2; jsonsign.go, ParsePrettySignature) and
 * verifies every signature in it. Throws a SignatureError for whatever is not right, one wrong signature among good ones
 * included.
 *
 * What stands behind the signed part is not read, apart from the signatures, and misled readers of the whole document
 * (CVE-2014-8179). So a registry does not hand out the document that was pushed: `joinSignatures` writes it anew, byte for
 * byte where it came from libtrust.
 *
 * Stricter than libtrust: what was signed has to be one strict JSON object from its first byte on, and so has the rest.
 */
export function openSigned(document: Uint8Array, options: VerifyOptions = {}): OpenDocument {
  const split = splitSigned(document);
  const content = contentOf(split.payload);
  return { ...split, content, signatures: verifySignatures(split, options) };
}

/** The first half of `openSigned`: what was signed and by which signatures, with none of them verified. */
export function splitSigned(document: Uint8Array): SplitDocument {
  const signatures = signaturesOf(parseStrictObject(document, "document", "lenient"));
  const { length, tail } = commonFormat(signatures);
  checkRest(document.subarray(length), length);
  return { payload: new Uint8Array(Buffer.concat([document.subarray(0, length), tail])), signatures };
}

/** What a payload says. Throws a SignatureError `payload` where it is not one strict JSON object, or has signatures itself. */
export function contentOf(payload: Uint8Array): JsonObject {
  const content = parseStrictObject(payload, "payload");
  if ("signatures" in content) throw new SignatureError("payload", "signatures", "stands in what was signed");
  return content;
}

/**
 * The second half of `openSigned`. The signed bytes are `protected` as it stands, a full stop, and base64url of the
 * payload (RFC 7515 section 5.2). Throws a SignatureError `key`, `chain`, `algorithm` or `mismatch`.
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

/** All signatures are of one payload. */
function commonFormat(signatures: readonly Signature[]): Format {
  const [first, ...others] = signatures.map((signature, index) => formatOf(signature, placeOf(index)));
  const other = others.findIndex((format) => !sameLayout(first!, format));
  if (other >= 0) {
    throw new SignatureError("layout", placeOf(other + 1), "is of another part of the document than the first");
  }
  return first!;
}

/**
 * The rest has to be more members of the object that the payload is, and `signatures` one of them, once: then the ones
 * that were found in the whole document are these.
 */
function checkRest(rest: Uint8Array, length: number): void {
  const after = rest.findIndex((byte) => !space.has(byte));
  if (rest[after] !== comma) {
    throw new SignatureError("layout", "", `no member ends after the ${length} bytes that were signed`);
  }
  const members = parseStrictObject(Buffer.concat([Buffer.from("{"), rest.subarray(after + 1)]), "document");
  if (!("signatures" in members)) throw new SignatureError("layout", "signatures", "do not follow what was signed");
}

function placeOf(index: number): string {
  return `signatures[${index}]`;
}
