import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { dockerLimits } from "../limits.ts";
import type { JsonObject } from "../../oci/json.ts";
import { decodeBase64Url } from "./base64.ts";
import { keyIdOf } from "./key-id.ts";
import { SignatureError } from "./signature-error.ts";

/** The algorithms of RFC 7518 section 3.1 that libtrust supports, with the hash of each. */
export const signatureAlgorithms = {
  ES256: "sha256",
  ES384: "sha384",
  ES512: "sha512",
  RS256: "sha256",
  RS384: "sha384",
  RS512: "sha512",
} as const;
/** The name of a signature algorithm. */
export type SignatureAlgorithm = keyof typeof signatureAlgorithms;

/** Each curve has one algorithm, and its numbers have one width (RFC 7518 section 3.4 and 6.2.1). */
const curves = {
  "P-256": { algorithm: "ES256", numberBytes: 32 },
  "P-384": { algorithm: "ES384", numberBytes: 48 },
  "P-521": { algorithm: "ES512", numberBytes: 66 },
} as const;
const rsaAlgorithms = ["RS256", "RS384", "RS512"] as const;

/** Members that only a private or a symmetric key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4). */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as const;

/** A public key that verifies signatures. */
export interface PublicKey {
  readonly key: KeyObject;
  readonly keyId: string;
  /** The algorithms that a signature by this key may name. libtrust signs with the first. */
  readonly algorithms: readonly SignatureAlgorithm[];
  /** Length of every signature by this key, in bytes. */
  readonly signatureBytes: number;
}

/**
 * Reads a JSON web key (RFC 7517): EC on P-256, P-384 or P-521, or RSA. Unknown members are ignored. Throws a
 * SignatureError `key`, with `at` as its place, if the key has another type, has private members, is not a point of its
 * curve, is an RSA key that is too short, too long or has an insecure exponent, or if its `kid` is not its key id
 * (libtrust ec_key.go, rsa_key.go).
 */
export function publicKeyOf(jwk: JsonObject, at: string): PublicKey {
  const secret = secretMembers.find((member) => member in jwk);
  if (secret) throw new SignatureError("key", `${at}.${secret}`, "must not be in a public key");
  const found = jwk["kty"] === "EC" ? ecKeyOf(jwk, at) : rsaKeyOf(jwk, at);
  if ("kid" in jwk && jwk["kid"] !== found.keyId) {
    throw new SignatureError("key", `${at}.kid`, `is not the id of this key, which is ${found.keyId}`);
  }
  return found;
}

/** True if this key made the signature over these bytes. The algorithm must be one of the key's. */
export function hasSigned(
  { key, signatureBytes }: PublicKey,
  algorithm: SignatureAlgorithm,
  input: Uint8Array,
  signature: Uint8Array,
): boolean {
  // RSA signatures need this check too: added or missing leading zeros would make another text of the same signature.
  if (signature.length !== signatureBytes) return false;
  try {
    return verify(signatureAlgorithms[algorithm], input, { key, dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    return false;
  }
}

function ecKeyOf({ crv, x, y }: JsonObject, at: string): PublicKey {
  if (typeof crv !== "string" || !Object.hasOwn(curves, crv)) {
    throw new SignatureError("key", `${at}.crv`, `is not one of ${Object.keys(curves).join(", ")}`);
  }
  const { algorithm, numberBytes } = curves[crv as keyof typeof curves];
  const point = { x: decodeBase64Url(x), y: decodeBase64Url(y) };
  for (const [name, number] of Object.entries(point)) {
    if (number?.length !== numberBytes) {
      throw new SignatureError("key", `${at}.${name}`, `is not base64url of ${numberBytes} bytes`);
    }
  }
  const key = keyObjectOf({ kty: "EC", crv, ...textsOf(point) }, at);
  return { key, keyId: keyIdOf(key), algorithms: [algorithm], signatureBytes: 2 * numberBytes };
}

function rsaKeyOf({ kty, n, e }: JsonObject, at: string): PublicKey {
  if (kty !== "RSA") throw new SignatureError("key", `${at}.kty`, "is neither EC nor RSA");
  const modulus = decodeBase64Url(n);
  // An even modulus is not a product of two large primes.
  if (!modulus?.[0] || modulus.at(-1)! % 2 === 0) throw new SignatureError("key", `${at}.n`, "is not an RSA modulus");
  const bits = modulus.length * 8 - Math.clz32(modulus[0]) + 24;
  if (bits < dockerLimits.rsaBitsLeast || bits > dockerLimits.rsaBitsMost) {
    const range = `${dockerLimits.rsaBitsLeast} to ${dockerLimits.rsaBitsMost}`;
    throw new SignatureError("key", `${at}.n`, `has ${bits} bits; ${range} are taken`);
  }
  const exponent = decodeBase64Url(e);
  if (!isExponent(exponent)) throw new SignatureError("key", `${at}.e`, "is not an odd number from 3 to 2^31 - 1");
  const key = keyObjectOf({ kty, ...textsOf({ n: modulus, e: exponent }) }, at);
  return { key, keyId: keyIdOf(key), algorithms: rsaAlgorithms, signatureBytes: modulus.length };
}

/** With an exponent of 1 anyone could sign. Go's RSA, which libtrust uses, accepts 31 bits. */
function isExponent(bytes: Buffer | undefined): bytes is Buffer {
  if (!bytes?.[0] || bytes.length > 4) return false;
  const exponent = bytes.readUIntBE(0, bytes.length);
  return exponent >= 3 && exponent < 2 ** 31 && exponent % 2 === 1;
}

/** The numbers encoded again, so that white space or padding in the text cannot be read in two ways. */
function textsOf(numbers: Readonly<Record<string, Buffer | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, bytes]) => [name, bytes!.toString("base64url")]));
}

function keyObjectOf(key: Record<string, string>, at: string): KeyObject {
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch {
    throw new SignatureError("key", at, "is not a public key: its numbers do not fit together");
  }
}
