import { createHmac, generateKeyPairSync } from "node:crypto";
import { describe, test } from "bun:test";
import {
  base64Url,
  documentOf,
  elementOf,
  payloadOf,
  schema1Content,
  signingKeys,
} from "../../../test/support/schema1.ts";
import { documentWith, expectRefusal, good, payload } from "../../../test/support/signed-documents.ts";
import { publicJwkOf, signingKeyOf } from "./key.ts";

const jwk = publicJwkOf(signingKeys.ES256.publicKey);
const keys = Object.values(signingKeys);

describe("an algorithm that is not the key's", () => {
  test.each([
    "none",
    "None",
    "",
    "HS256",
    "PS256",
    "ES256K",
    "EdDSA",
    "es256",
    "RS1",
    "toString",
    null,
    5,
    { 0: "ES256" },
  ])("is refused: %j", (alg) => {
    expectRefusal(documentWith({ header: { alg, jwk } }), "algorithm", "signatures[0].header.alg");
  });

  test("is refused: a public key as the secret of HS256", () => {
    const { protected: text } = good;
    const pem = signingKeys.RS256.publicKey.key.export({ format: "pem", type: "spki" });
    const signature = createHmac("sha256", pem)
      .update(`${text}.${base64Url(payload)}`)
      .digest("base64url");
    const header = { alg: "HS256", jwk: publicJwkOf(signingKeys.RS256.publicKey) };
    expectRefusal(
      documentOf(payload, [{ header, signature, protected: text }]),
      "algorithm",
      "signatures[0].header.alg",
    );
  });

  test.each([
    ["ES384", signingKeys.ES256],
    ["ES256", signingKeys.ES512],
    ["RS256", signingKeys.ES256],
    ["ES256", signingKeys.RS256],
  ] as const)("is refused: %s with another key", (alg, key) => {
    const header = { alg, jwk: publicJwkOf(key.publicKey) };
    expectRefusal(documentWith({ key, header }), "algorithm", "signatures[0].header.alg");
  });

  test("a signature with one hash is refused for another", () => {
    const header = { alg: "RS512", jwk: publicJwkOf(signingKeys.RS256.publicKey) };
    expectRefusal(documentWith({ key: signingKeys.RS256, header }), "mismatch", "signatures[0].signature");
  });
});

describe("a signature that is not of this payload by this key", () => {
  const other = signingKeyOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  const at = "signatures[0].signature";

  test("is refused: by another key, of another payload, with another protected text", () => {
    expectRefusal(documentWith({ key: other, header: { alg: "ES256", jwk } }), "mismatch", at);
    const tampered = payloadOf({ ...schema1Content, tag: "newest" });
    expectRefusal(documentOf(tampered, [good]), "mismatch", at);
    const later = elementOf(payload, { protected: { time: "2016-01-01T00:00:00Z" } });
    expectRefusal(documentOf(payload, [{ ...later, signature: good.signature }]), "mismatch", at);
  });

  test("is refused: one among good ones, at any position", () => {
    const bad = elementOf(payload, { key: other, header: { alg: "ES256", jwk } });
    for (const place of [0, 1, 2]) {
      const elements = [good, good].toSpliced(place, 0, bad);
      expectRefusal(documentOf(payload, elements), "mismatch", `signatures[${place}].signature`);
    }
  });

  test.each(keys.map((key) => [key.algorithm, key] as const))("is refused: of another length, %s", (_, key) => {
    const element = elementOf(payload, { key });
    const bytes = Buffer.from(element.signature, "base64url");
    const lengths = [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)])];
    const zeros = [Buffer.concat([Buffer.of(0), bytes]), Buffer.alloc(1), Buffer.alloc(bytes.length)];
    for (const wrong of [...lengths, ...zeros, Buffer.alloc(bytes.length, 255)]) {
      expectRefusal(documentOf(payload, [{ ...element, signature: base64Url(wrong) }]), "mismatch", at);
    }
  });

  test("is refused: r and s in DER", () => {
    const der = Buffer.from("3006020101020101", "hex");
    expectRefusal(documentOf(payload, [{ ...good, signature: base64Url(der) }]), "mismatch", at);
  });
});
