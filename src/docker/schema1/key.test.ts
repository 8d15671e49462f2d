import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "bun:test";
import { signingKeys } from "../../../test/support/schema1.ts";
import type { JsonObject } from "../../oci/json.ts";
import { exportSigningKey, generateSigningKey, importSigningKey, publicJwkOf, signBytes, signingKeyOf } from "./key.ts";
import { hasSigned } from "./public-key.ts";
import { SignatureError } from "./signature-error.ts";

const key = signingKeys.ES256;
const jwk = JSON.parse(exportSigningKey(key, "jwk")) as JsonObject;

function refusal(text: string): string {
  try {
    importSigningKey(text);
  } catch (error) {
    if (error instanceof SignatureError && error.failure === "key") return error.message;
    throw error;
  }
  throw new Error("the key was accepted");
}

test("a new key is EC on P-256, and different each time", () => {
  const [one, other] = [generateSigningKey(), generateSigningKey()];
  expect(one.algorithm).toBe("ES256");
  expect(one.keyId).toMatch(/^[A-Z2-7]{4}(:[A-Z2-7]{4}){11}$/);
  expect(one.keyId).not.toBe(other.keyId);
});

describe("a key as text", () => {
  test.each(Object.entries(signingKeys))("is read back, %s", (_, each) => {
    const bytes = Buffer.from("text");
    for (const form of ["jwk", "pem"] as const) {
      const again = importSigningKey(exportSigningKey(each, form));
      expect(again.keyId).toBe(each.keyId);
      expect(hasSigned(each.publicKey, again.algorithm, bytes, signBytes(again, bytes))).toBe(true);
    }
  });

  test("is a JSON web key in libtrust's order, or PEM of the forms that libtrust reads", () => {
    expect(Object.keys(jwk)).toEqual(["crv", "d", "kid", "kty", "x", "y"]);
    expect(jwk["kid"]).toBe(key.keyId);
    expect(exportSigningKey(key, "pem")).toStartWith("-----BEGIN EC PRIVATE KEY-----\n");
    expect(exportSigningKey(signingKeys.RS256, "pem")).toStartWith("-----BEGIN RSA PRIVATE KEY-----\n");
  });

  test("is read in other formats too: PKCS #8, a key without its id", () => {
    const pem = key.privateKey.export({ format: "pem", type: "pkcs8" });
    expect(importSigningKey(`\n${pem}`).keyId).toBe(key.keyId);
    expect(importSigningKey(JSON.stringify({ ...jwk, kid: undefined })).keyId).toBe(key.keyId);
  });

  const other = JSON.parse(exportSigningKey(generateSigningKey(), "jwk")) as JsonObject;
  const rsa = JSON.parse(exportSigningKey(signingKeys.RS256, "jwk")) as JsonObject;
  const otherRsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;

  test.each([
    ["nothing", ""],
    ["neither form", "text"],
    ["null", "null"],
    ["a number", "5"],
    ["a list", "[]"],
    ["PEM of nothing", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"],
    ["a public key", JSON.stringify(publicJwkOf(key.publicKey))],
    ["a public key in PEM", key.publicKey.key.export({ format: "pem", type: "spki" })],
    ["the private number of another", JSON.stringify({ ...jwk, d: other["d"] })],
    ["the private numbers of another RSA key", JSON.stringify({ ...rsa, ...otherRsa, n: rsa["n"], kid: undefined })],
    ["the id of another", JSON.stringify({ ...jwk, kid: other["kid"] })],
    ["a small RSA key", small.export({ format: "pem", type: "pkcs1" })],
    ["a key of another kind", generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" })],
  ])("is refused with a message that does not contain it: %s", (_, text) => {
    const message = refusal(text);
    expect(message).not.toContain(String(jwk["d"]));
    expect(message.length).toBeLessThan(200);
  });
});

test("a key signs with its own algorithms only", () => {
  expect(signingKeyOf(signingKeys.RS256.privateKey).algorithm).toBe("RS256");
  expect(() => signingKeyOf(key.privateKey, "ES384")).toThrow(SignatureError);
  expect(() => signingKeyOf(signingKeys.RS256.privateKey, "ES256")).toThrow(SignatureError);
});

test("a signature always has the full width of the curve", () => {
  const widths = { ES256: 64, ES384: 96, ES512: 132, RS256: 256, RS384: 256, RS512: 256 } as const;
  for (const [algorithm, width] of Object.entries(widths)) {
    const signer = signingKeys[algorithm as keyof typeof widths];
    for (let round = 0; round < 40; round += 1) expect(signBytes(signer, Buffer.from([round]))).toHaveLength(width);
  }
});
