import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "bun:test";
import { certificateOf, type CertificateOptions } from "../../../test/support/certificates.ts";
import { documentOf, elementOf, payloadOf, signingKeys } from "../../../test/support/schema1.ts";
import { dockerLimits } from "../limits.ts";
import { leafKeyOf } from "./certificate-chain.ts";
import { joinSignatures } from "./sign.ts";
import { openSigned } from "./signed.ts";
import { SignatureError } from "./signature-error.ts";

const leaf = signingKeys.ES256.privateKey;
const middle = signingKeys.ES384.privateKey;
const root = signingKeys.RS256.privateKey;
const day = (text: string) => new Date(`${text}T00:00:00Z`);

function textOf(options: CertificateOptions): string {
  return certificateOf(options).toString("base64");
}

const leafOptions: CertificateOptions = {
  subject: "leaf",
  issuer: "middle",
  key: leaf,
  signer: middle,
  authority: false,
};
const middleOptions: CertificateOptions = { subject: "middle", issuer: "root", key: middle, signer: root };
const rootOptions: CertificateOptions = { subject: "root", issuer: "root", key: root, signer: root };
const chain = [textOf(leafOptions), textOf(middleOptions), textOf(rootOptions)];

function refusalOf(x5c: unknown, at?: Date): string {
  try {
    leafKeyOf(x5c, "x5c", at);
  } catch (error) {
    if (error instanceof SignatureError) return `${error.failure} ${error.at}`;
    throw error;
  }
  throw new Error("the chain was accepted");
}

describe("accepted chains", () => {
  test("with the key of the first certificate, for any length of the chain", () => {
    for (const length of [1, 2, 3]) {
      expect(leafKeyOf(chain.slice(0, length), "x5c").keyId).toBe(signingKeys.ES256.keyId);
    }
    expect(leafKeyOf([chain[2]], "x5c").keyId).toBe(signingKeys.RS256.keyId);
  });

  test("long after they expired, unless a time is set", () => {
    expect(leafKeyOf(chain, "x5c", day("2014-01-01"))).toBeDefined();
    expect(leafKeyOf(chain, "x5c", day("2016-01-01"))).toBeDefined();
    expect(refusalOf(chain, day("2013-12-31"))).toBe("chain x5c[0]");
    expect(refusalOf(chain, day("2016-01-02"))).toBe("chain x5c[0]");
    const young = textOf({ ...middleOptions, from: day("2015-06-01") });
    expect(refusalOf([chain[0], young, chain[2]], day("2015-01-01"))).toBe("chain x5c[1]");
    expect(leafKeyOf([chain[0], young, chain[2]], "x5c", day("2015-07-01"))).toBeDefined();
  });
});

describe("refused chains", () => {
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const der = Buffer.from(chain[0]!, "base64");
  const of = (key: KeyObject) => textOf({ ...leafOptions, key });

  test.each<[string, unknown]>([
    ["not a list", chain[0]],
    ["null", null],
    ["an object", { 0: chain[0] }],
    ["empty", []],
    ["too long", Array.from({ length: dockerLimits.certificatesInSignature + 1 }, () => chain[2])],
  ])("%s", (_, x5c) => {
    expect(refusalOf(x5c)).toBe("chain x5c");
  });

  test.each<[string, unknown]>([
    ["a number", 5],
    ["empty", ""],
    ["not base64", "not base64!"],
    ["base64url", der.toString("base64url").replaceAll("A", "_")],
    ["PEM", Buffer.from(`-----BEGIN CERTIFICATE-----\n${chain[0]}\n-----END CERTIFICATE-----\n`).toString("base64")],
    ["not a certificate", Buffer.from("no certificate").toString("base64")],
    ["truncated", der.subarray(0, -1).toString("base64")],
    ["with bytes after its end", Buffer.concat([der, Buffer.of(0)]).toString("base64")],
    ["too large", Buffer.concat([der, Buffer.alloc(dockerLimits.certificateBytes)]).toString("base64")],
  ])("with a certificate that is %s", (_, text) => {
    expect(refusalOf([text])).toBe("chain x5c[0]");
    expect(refusalOf([...chain.slice(0, 2), text])).toBe("chain x5c[2]");
  });

  test("with a key that is too weak, or of a type that libtrust does not support", () => {
    const foreign = of(generateKeyPairSync("ed25519").privateKey);
    expect(refusalOf([foreign, ...chain.slice(1)])).toBe("key x5c[0].publicKey.kty");
    const weak = of(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey);
    expect(refusalOf([weak, ...chain.slice(1)])).toBe("key x5c[0].publicKey.n");
    const weakRoot = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const below = textOf({ ...middleOptions, signer: weakRoot });
    const above = textOf({ ...rootOptions, key: weakRoot, signer: weakRoot });
    expect(refusalOf([chain[0], below, above])).toBe("key x5c[2].publicKey.n");
  });

  test("out of order, with a missing certificate, or with one of another chain", () => {
    expect(refusalOf([chain[0], chain[2]])).toBe("chain x5c[0]");
    expect(refusalOf([chain[1], chain[0]])).toBe("chain x5c[1]");
    expect(refusalOf([chain[0], chain[2], chain[1]])).toBe("chain x5c[0]");
    // The right name, but another signer's signature.
    expect(refusalOf([textOf({ ...leafOptions, signer: stranger }), ...chain.slice(1)])).toBe("chain x5c[0]");
    // The right signature, but another name.
    expect(refusalOf([textOf({ ...leafOptions, issuer: "other" }), ...chain.slice(1)])).toBe("chain x5c[0]");
    expect(refusalOf([chain[0], textOf({ ...middleOptions, signer: stranger }), chain[2]])).toBe("chain x5c[1]");
  });

  test("signed by a certificate that may not sign certificates", () => {
    const humble = textOf({ ...middleOptions, authority: false });
    expect(refusalOf([chain[0], humble, chain[2]])).toBe("chain x5c[1]");
  });

  test("with one flipped bit anywhere in a certificate", () => {
    for (const [index, text] of chain.slice(0, 2).entries()) {
      const bytes = Buffer.from(text, "base64");
      for (let at = 0; at < bytes.length; at += 1) {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1;
        expect(refusalOf(chain.with(index, damaged.toString("base64")))).toMatch(/^(chain|key) x5c\[[012]\]/);
      }
    }
  });
});

describe("signatures with a chain", () => {
  const payload = payloadOf();
  const element = elementOf(payload, { header: { alg: "ES256", x5c: chain } });
  const document = documentOf(payload, [element]);

  test("are verified by the first certificate's key", () => {
    const [signature] = openSigned(document).signatures;
    expect(signature?.keyId).toBe(signingKeys.ES256.keyId);
    expect(signature?.header).toEqual({ alg: "ES256", x5c: chain });
    expect(openSigned(document, { validAt: day("2015-01-01") }).payload).toEqual(payload);
    expect(() => openSigned(document, { validAt: day("2020-01-01") })).toThrow("is not valid at 2020-01-01");
  });

  test("can be stored, and joined with others", () => {
    const joined = joinSignatures(payload, [elementOf(payload, { key: signingKeys.RS512 }), element]);
    const opened = openSigned(joined);
    const ids = [signingKeys.ES256.keyId, signingKeys.RS512.keyId];
    expect(opened.signatures.map(({ keyId }) => keyId)).toEqual(ids.toSorted());
  });

  test("are refused if another key signed, or the algorithm does not match the certificate", () => {
    const forged = elementOf(payload, { key: signingKeys.ES384, header: { alg: "ES256", x5c: chain } });
    expect(() => openSigned(documentOf(payload, [forged]))).toThrow("was not made by its key");
    const confused = elementOf(payload, { header: { alg: "RS256", x5c: chain } });
    expect(() => openSigned(documentOf(payload, [confused]))).toThrow("is not one of this key's");
  });
});
