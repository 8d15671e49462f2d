import { dockerLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { goStruct, marshal, marshalIndent, type GoJson } from "./go-json.ts";
import { publicJwkOf, signBytes, type SigningKey } from "./key.ts";
import { formatOf, keyOf, parseSignature, sameLayout, type Format, type Signature } from "./signature.ts";
import { SignatureError } from "./signature-error.ts";
import { contentOf } from "./signed.ts";

/**
 * Signs a payload, which is the bytes of a JSON object with at least one member. The signature has libtrust's form
 * (protocol sheet 5.4; jsonsign.go, Sign). Its protected text says how the payload is laid out in the signed document,
 * and when it was signed, in whole seconds. Two signatures of one payload by an EC key differ. Throws a SignatureError
 * `payload` if the payload cannot be signed this way.
 */
export function signatureOf(payload: Uint8Array, key: SigningKey, at: Date): Signature {
  checkPayload(payload);
  const { length, tail } = layoutOf(payload);
  const format = {
    formatLength: length,
    formatTail: tail.toString("base64url"),
    time: `${at.toISOString().slice(0, 19)}Z`,
  };
  const protectedText = Buffer.from(marshal(format)).toString("base64url");
  const input = Buffer.from(`${protectedText}.${Buffer.from(payload).toString("base64url")}`, "latin1");
  return {
    header: { alg: key.algorithm, jwk: publicJwkOf(key.publicKey) },
    signature: signBytes(key, input).toString("base64url"),
    protected: protectedText,
  };
}

/**
 * Inserts signatures, new or stored (as parsed JSON), into their payload, byte for byte as libtrust does (jsonsign.go,
 * PrettySignature): after the last member, with the payload's own indentation, in the order of key ids. It can join
 * again what `openSigned` has split. Throws a SignatureError like `openSigned` if the signatures have different layouts
 * or another payload, and `payload` like `signatureOf`. It does not verify the signatures.
 */
export function joinSignatures(payload: Uint8Array, signatures: readonly unknown[]): Uint8Array<ArrayBuffer> {
  checkPayload(payload);
  if (signatures.length === 0 || signatures.length > ociLimits.signaturesInManifest) {
    throw new SignatureError("malformed", "signatures", `must be 1 to ${ociLimits.signaturesInManifest}`);
  }
  const members = signatures.map((value, index) => memberOf(value, `signatures[${index}]`));
  const { length } = commonLayout(payload, members);
  const list = members.toSorted(byKeyThenSignature).map(({ element }) => element);
  const indent = indentOf(payload);
  const text = indent
    ? `,\n${indent}"signatures": ${marshalIndent(list, indent, indent)}\n}`
    : `,"signatures":${marshal(list)}}`;
  return new Uint8Array(Buffer.concat([payload.subarray(0, length), Buffer.from(text)]));
}

/** Signs a payload and returns the signed document. Throws like `signatureOf`. */
export function signPayload(payload: Uint8Array, key: SigningKey, at: Date): Uint8Array<ArrayBuffer> {
  return joinSignatures(payload, [signatureOf(payload, key, at)]);
}

const space = new Set(Buffer.from(" \t\r\n"));
const closeBrace = 0x7d;
const lineFeed = 0x0a;
const quote = 0x22;

function checkPayload(payload: Uint8Array): void {
  if (Object.keys(contentOf(payload)).length > 0) return;
  throw new SignatureError("payload", "", "an empty object cannot be signed");
}

/** The layout that libtrust uses: the signatures follow immediately after the last member. */
function layoutOf(payload: Uint8Array): Pick<Format, "length" | "tail"> {
  // The object is valid JSON, so only white space follows its last bracket.
  let length = payload.lastIndexOf(closeBrace);
  while (space.has(payload[length - 1]!)) length -= 1;
  const tail = Buffer.from(payload.subarray(length));
  if (tail.length > dockerLimits.signatureTailBytes) {
    throw new SignatureError(
      "payload",
      "",
      `ends in more than ${dockerLimits.signatureTailBytes} bytes of white space`,
    );
  }
  return { length, tail };
}

/**
 * The layout of all signatures. Other programs may cut the payload elsewhere in the white space, but all signatures
 * must cut it at the same place.
 */
function commonLayout(payload: Uint8Array, members: readonly Member[]): Format {
  const { format: first } = members[0]!;
  const other = members.findIndex(({ format }) => !sameLayout(first, format));
  if (other >= 0) throw new SignatureError("layout", `signatures[${other}]`, "has another layout than the first");
  if (!first.tail.equals(payload.subarray(first.length))) {
    throw new SignatureError("layout", "signatures[0]", "belongs to another payload");
  }
  return first;
}

/** The indentation between the first line break and the first key. A Go registry indents by three spaces. */
function indentOf(payload: Uint8Array): string {
  if (payload[1] !== lineFeed) return "";
  const indent = Buffer.from(payload.subarray(2, payload.indexOf(quote))).toString("latin1");
  if (indent.length <= dockerLimits.signatureIndentBytes) return indent;
  // Every line of the signatures repeats it.
  throw new SignatureError("payload", "", `is indented by more than ${dockerLimits.signatureIndentBytes} bytes`);
}

interface Member {
  readonly keyId: string;
  readonly signature: string;
  readonly format: Format;
  readonly element: GoJson;
}

function memberOf(value: unknown, at: string): Member {
  const signature = parseSignature(value, at);
  const key = keyOf(signature, at);
  const { alg, jwk, x5c } = signature.header;
  const header = goStruct([
    ["jwk", jwk && { ...jwk, ...publicJwkOf(key) }],
    ["alg", alg],
    ["x5c", x5c],
  ]);
  const element = goStruct([
    ["header", header],
    ["signature", signature.signature],
    ["protected", signature.protected],
  ]);
  return { keyId: key.keyId, signature: signature.signature, format: formatOf(signature, at), element };
}

function byKeyThenSignature(one: Member, other: Member): number {
  const [a, b] = one.keyId === other.keyId ? [one.signature, other.signature] : [one.keyId, other.keyId];
  return a < b ? -1 : Number(a > b);
}
