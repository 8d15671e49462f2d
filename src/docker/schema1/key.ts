import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { JsonObject } from "../../oci/json.ts";
import { marshal } from "./go-json.ts";
import { hasSigned, publicKeyOf, signatureAlgorithms, type PublicKey, type SignatureAlgorithm } from "./public-key.ts";
import { SignatureError } from "./signature-error.ts";

/** A private key with what a signature by it says of it. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
  readonly algorithm: SignatureAlgorithm;
  /** libtrust's name for the key. */
  readonly keyId: string;
}

/** A new EC key on P-256, what docker's registry makes for itself too (libtrust, GenerateECP256PrivateKey). */
export function generateSigningKey(): SigningKey {
  return signingKeyOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
}

/**
 * Makes a private key ready to sign: EC on P-256, P-384 or P-521, or RSA. The algorithm is the curve's, for RSA the one
 * that is given, else RS256. Throws a SignatureError `key` or `algorithm` where the key or the pair cannot sign.
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

/** A file whose private and public numbers do not belong together would be found out only by those who verify. */
function isPair(key: SigningKey): boolean {
  const probe = Buffer.from(key.keyId);
  try {
    return hasSigned(key.publicKey, key.algorithm, probe, signBytes(key, probe));
  } catch {
    return false;
  }
}

/** The signature over these bytes as a JSON web signature holds it: for EC r and s, each at the curve's full width. */
export function signBytes(
  { privateKey, algorithm }: Pick<SigningKey, "privateKey" | "algorithm">,
  bytes: Uint8Array,
): Buffer {
  return sign(signatureAlgorithms[algorithm], bytes, { key: privateKey, dsaEncoding: "ieee-p1363" });
}

/** The public key as a JSON web key with its key id, as libtrust writes it (ec_key.go, rsa_key.go, toMap). */
export function publicJwkOf({ key, keyId }: PublicKey): JsonObject {
  return { ...(key.export({ format: "jwk" }) as JsonObject), kid: keyId };
}

/**
 * The private key as text for a file that only its owner may read: a JSON web key as in docker's `key.json`, or PEM.
 * Both are forms that libtrust reads (key_files.go, LoadKeyFile).
 */
export function exportSigningKey({ privateKey, keyId }: SigningKey, form: "jwk" | "pem"): string {
  if (form === "jwk") return `${marshal({ ...(privateKey.export({ format: "jwk" }) as JsonObject), kid: keyId })}\n`;
  const type = privateKey.asymmetricKeyType === "ec" ? "sec1" : "pkcs1";
  return privateKey.export({ format: "pem", type });
}

/**
 * Reads what `exportSigningKey` wrote, or another PEM or JSON web key. Throws a SignatureError `key` where the text is
 * no private key that can sign, or where its `kid` is not its key id; nothing of the text stands in the reason.
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
    throw new SignatureError("key", "", "the text holds no private key of a kind that is known");
  }
}

function publicMembersOf(privateKey: KeyObject): JsonObject {
  try {
    return createPublicKey(privateKey).export({ format: "jwk" }) as JsonObject;
  } catch {
    throw new SignatureError("key", "", "the key is neither EC nor RSA");
  }
}
