import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { JsonObject } from "../../oci/json.ts";
import { marshal } from "./go-json.ts";
import { hasSigned, publicKeyOf, signatureAlgorithms, type PublicKey, type SignatureAlgorithm } from "./public-key.ts";
import { SignatureError } from "./signature-error.ts";

/** A private key, with the data that its signatures contain. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
  readonly algorithm: SignatureAlgorithm;
  /** libtrust's name for the key. */
  readonly keyId: string;
}

/** Generates an EC key on P-256, as Docker's registry does for itself (libtrust, GenerateECP256PrivateKey). */
export function generateSigningKey(): SigningKey {
  return signingKeyOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
}

/**
 * Prepares a private key for signing: EC on P-256, P-384 or P-521, or RSA. For EC, the curve determines the algorithm.
 * For RSA it is the given one, or RS256. Throws a SignatureError `key` or `algorithm` if the key cannot sign, or not
 * with this algorithm.
 */
export function signingKeyOf(privateKey: KeyObject, wanted?: SignatureAlgorithm): SigningKey {
  const publicKey = publicKeyOf(publicMembersOf(privateKey), "the key");
  const algorithm = wanted ?? publicKey.algorithms[0]!;
  if (!publicKey.algorithms.includes(algorithm)) {
    throw new SignatureError("algorithm", "", `the key does not sign with ${algorithm}`);
  }
  const key = { privateKey, publicKey, algorithm, keyId: publicKey.keyId };
  if (!isPair(key)) throw new SignatureError("key", "", "the private key does not belong to its public key");
  return key;
}

/** True if the private and public numbers of a key match. Otherwise only a verifier would notice the error. */
function isPair(key: SigningKey): boolean {
  const probe = Buffer.from(key.keyId);
  try {
    return hasSigned(key.publicKey, key.algorithm, probe, signBytes(key, probe));
  } catch {
    return false;
  }
}

/**
 * Signs bytes. The signature has the form of a JSON web signature: for EC r and s, each with the curve's full width.
 */
export function signBytes(
  { privateKey, algorithm }: Pick<SigningKey, "privateKey" | "algorithm">,
  bytes: Uint8Array,
): Buffer {
  return sign(signatureAlgorithms[algorithm], bytes, { key: privateKey, dsaEncoding: "ieee-p1363" });
}

/** Returns the public key as a JSON web key with its key id, in libtrust's form (ec_key.go, rsa_key.go, toMap). */
export function publicJwkOf({ key, keyId }: PublicKey): JsonObject {
  return { ...(key.export({ format: "jwk" }) as JsonObject), kid: keyId };
}

/**
 * Returns the private key as text for a file that only its owner may read: a JSON web key as in Docker's `key.json`, or
 * PEM. libtrust reads both forms (key_files.go, LoadKeyFile).
 */
export function exportSigningKey({ privateKey, keyId }: SigningKey, form: "jwk" | "pem"): string {
  if (form === "jwk") return `${marshal({ ...(privateKey.export({ format: "jwk" }) as JsonObject), kid: keyId })}\n`;
  const type = privateKey.asymmetricKeyType === "ec" ? "sec1" : "pkcs1";
  return privateKey.export({ format: "pem", type });
}

/**
 * Reads a key that `exportSigningKey` wrote, or any other key in PEM or as a JSON web key. Throws a SignatureError
 * `key` if the text is not a private key that can sign, or if its `kid` is not its key id. The reason contains nothing
 * of the text.
 */
export function importSigningKey(text: string): SigningKey {
  const isPem = text.trimStart().startsWith("-----BEGIN");
  const members = isPem ? undefined : membersOf(text);
  const key = signingKeyOf(privateKeyOf(members ?? text));
  if (members?.["kid"] !== undefined && members["kid"] !== key.keyId) {
    throw new SignatureError("key", "kid", `is not the id of this key, which is ${key.keyId}`);
  }
  return key;
}

function membersOf(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    throw new SignatureError("key", "", "the text is neither PEM nor a JSON web key");
  }
}

function privateKeyOf(source: string | JsonObject): KeyObject {
  try {
    return typeof source === "string" ? createPrivateKey(source) : createPrivateKey({ key: source, format: "jwk" });
  } catch {
    throw new SignatureError("key", "", "the text contains no private key of a supported kind");
  }
}

function publicMembersOf(privateKey: KeyObject): JsonObject {
  try {
    return createPublicKey(privateKey).export({ format: "jwk" }) as JsonObject;
  } catch {
    throw new SignatureError("key", "", "the key is neither EC nor RSA");
  }
}
