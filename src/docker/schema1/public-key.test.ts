import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "bun:test";
import { base64Url, signingKeys } from "../../../test/support/schema1.ts";
import { dockerLimits } from "../limits.ts";
import type { JsonObject } from "../../oci/json.ts";
import { publicJwkOf } from "./key.ts";
import { hasSigned, publicKeyOf } from "./public-key.ts";
import { SignatureError } from "./signature-error.ts";

const ec = publicJwkOf(signingKeys.ES256.publicKey);
const { kid: _ec, ...bareEc } = ec;
const rsa = publicJwkOf(signingKeys.RS256.publicKey);
const { kid: _rsa, ...bareRsa } = rsa;

/** The place for which a key is refused. */
function refusedAt(jwk: JsonObject): string {
  try {
    publicKeyOf(jwk, "jwk");
  } catch (error) {
    if (error instanceof SignatureError && error.failure === "key") return error.at;
    throw error;
  }
  throw new Error("the key was accepted");
}

function numberOf(text: unknown): Buffer {
  return Buffer.from(String(text), "base64url");
}

/** A modulus of this many bits. Its factors are unknown, and the tests do not need them. */
function modulusOf(bits: number): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0x5b);
  bytes[0] = 1 << ((bits - 1) % 8);
  return base64Url(bytes);
}

describe("accepted keys", () => {
  test.each(Object.entries(signingKeys))(
    "%s, with its id and without, whatever other members it has",
    (_, { publicKey }) => {
      const { kid, ...bare } = publicJwkOf(publicKey);
      for (const jwk of [bare, { ...bare, kid }, { ...bare, kid, use: "enc", hosts: ["a"], extra: { d: 1 } }]) {
        const taken = publicKeyOf(jwk, "jwk");
        expect([taken.keyId, taken.algorithms, taken.signatureBytes]).toEqual([
          publicKey.keyId,
          publicKey.algorithms,
          publicKey.signatureBytes,
        ]);
      }
    },
  );

  test("the id is libtrust's", () => {
    // From a manifest that Docker's registry 2.8.3 signed.
    const jwk = {
      crv: "P-256",
      kty: "EC",
      x: "Cfd1Yo_Ds5wEBXKOvtZHBfxFzjjYw9dZeWZT-7EX6JI",
      y: "tV65FyyCtvUZNcZlsxZmkBWEHa4vQxEEQPyLHb-kkKY",
    };
    expect(publicKeyOf(jwk, "jwk").keyId).toBe("E3LH:SXMC:EBYD:H7MN:IYQN:FPJC:2UXK:ESDO:OQCG:NUOW:PAY2:UOJE");
  });

  test("RSA up to the limit", () => {
    for (const bits of [
      dockerLimits.rsaBitsLeast,
      dockerLimits.rsaBitsLeast + 1,
      3_071,
      4_096,
      dockerLimits.rsaBitsMost,
    ]) {
      const { signatureBytes } = publicKeyOf({ ...bareRsa, n: modulusOf(bits) }, "jwk");
      expect(signatureBytes).toBe(Math.ceil(bits / 8));
    }
    for (const e of ["Aw", "AQAB", "f____w"]) expect(publicKeyOf({ ...bareRsa, e }, "jwk")).toBeDefined();
  });
});

describe("refused keys", () => {
  const x = numberOf(ec["x"]);
  const foreign = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });

  test.each<[string, JsonObject, string]>([
    ["of no type", {}, "kty"],
    ["of an unknown type", { ...bareEc, kty: "OKP" }, "kty"],
    ["symmetric", { kty: "oct", k: "c2VjcmV0" }, "k"],
    ["EC numbers called RSA", { ...bareEc, kty: "RSA" }, "n"],
    ["on no curve", { ...bareEc, crv: undefined }, "crv"],
    ["on a curve of others", { ...bareEc, crv: "secp256k1" }, "crv"],
    ["on a curve that every object has", { ...bareEc, crv: "constructor" }, "crv"],
    ["without x", { ...bareEc, x: undefined }, "x"],
    ["with a short x", { ...bareEc, x: base64Url(x.subarray(1)) }, "x"],
    ["with a long x", { ...bareEc, x: base64Url(Buffer.concat([Buffer.of(0), x])) }, "x"],
    ["with an x that is a number", { ...bareEc, x: 5 }, "x"],
    ["with a y in standard base64", { ...bareEc, y: "+".repeat(43) }, "y"],
    ["without n", { ...bareRsa, n: undefined }, "n"],
    ["with a leading zero", { ...bareRsa, n: base64Url(Buffer.concat([Buffer.of(0), numberOf(rsa["n"])])) }, "n"],
    ["with an even modulus", { ...bareRsa, n: base64Url(Buffer.alloc(256, 0xfe)) }, "n"],
    ["with a short modulus", { ...bareRsa, n: modulusOf(dockerLimits.rsaBitsLeast - 1) }, "n"],
    ["with a tiny modulus", { ...bareRsa, n: "Dw" }, "n"],
    ["with a long modulus", { ...bareRsa, n: modulusOf(dockerLimits.rsaBitsMost + 1) }, "n"],
    ["with a modulus that is far too long", { ...bareRsa, n: "_".repeat(1e6) }, "n"],
    ["without e", { ...bareRsa, e: undefined }, "e"],
    ["with an exponent of one", { ...bareRsa, e: "AQ" }, "e"],
    ["with an exponent of two", { ...bareRsa, e: "Ag" }, "e"],
    ["with an even exponent", { ...bareRsa, e: "AQAA" }, "e"],
    ["with an exponent with a leading zero", { ...bareRsa, e: "AAEAAQ" }, "e"],
    ["with an exponent of 32 bits", { ...bareRsa, e: "_____w" }, "e"],
    ["with an exponent of 40 bits", { ...bareRsa, e: "AQAAAAE" }, "e"],
    ["with the id of another key", { ...ec, kid: rsa["kid"] }, "kid"],
    ["with an id that is a number", { ...ec, kid: 5 }, "kid"],
    ["with an id that is null", { ...ec, kid: null }, "kid"],
    ["with an id in lower case", { ...ec, kid: String(ec["kid"]).toLowerCase() }, "kid"],
  ])("%s", (_, jwk, member) => {
    expect(refusedAt(jwk)).toBe(`jwk.${member}`);
  });

  test.each<[string, JsonObject]>([
    ["off its curve", { ...bareEc, y: ec["x"] }],
    ["with the y of another key", { ...bareEc, y: foreign.y }],
    ["at infinity", { ...bareEc, x: base64Url(Buffer.alloc(32)), y: base64Url(Buffer.alloc(32)) }],
    ["past the field", { ...bareEc, x: base64Url(Buffer.alloc(32, 255)) }],
  ])("%s", (_, jwk) => {
    expect(refusedAt(jwk)).toBe("jwk");
  });

  test.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])("with %s, which is private", (member) => {
    expect(refusedAt({ ...ec, [member]: "AA" })).toBe(`jwk.${member}`);
    expect(refusedAt({ ...rsa, [member]: null })).toBe(`jwk.${member}`);
  });
});

test("a key of another kind than its algorithm signs nothing, and throws nothing", () => {
  const key = generateKeyPairSync("ed25519").publicKey;
  const odd = { key, keyId: "", algorithms: [], signatureBytes: 64 };
  expect(hasSigned(odd, "ES256", Buffer.from("text"), Buffer.alloc(64))).toBe(false);
  expect(createPublicKey(key.export({ format: "pem", type: "spki" })).asymmetricKeyType).toBe("ed25519");
});
