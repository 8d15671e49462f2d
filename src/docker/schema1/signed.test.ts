import { describe, expect, setDefaultTimeout, test } from "bun:test";
import * as fc from "fast-check";
import { patienceMs } from "../../../test/support/patience.ts";
import {
  documentOf,
  elementOf,
  payloadOf,
  schema1Content,
  signedAt,
  signingKeys,
} from "../../../test/support/schema1.ts";
import { documentWith, expectRefusal, good, payload } from "../../../test/support/signed-documents.ts";
import { ociLimits } from "../../oci/limits.ts";
import { publicJwkOf } from "./key.ts";
import { joinSignatures, signatureOf, signPayload } from "./sign.ts";
import { openSigned, splitSigned } from "./signed.ts";

setDefaultTimeout(patienceMs);

const jwk = publicJwkOf(signingKeys.ES256.publicKey);
const keys = Object.values(signingKeys);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("a well signed document is opened", () => {
  test.each(keys.map((key) => [key.algorithm, key] as const))("by %s", (algorithm, key) => {
    const opened = openSigned(documentWith({ key }));
    expect(opened.payload).toEqual(payload);
    expect(opened.content).toEqual(schema1Content);
    const [signature] = opened.signatures;
    expect(signature).toMatchObject({ keyId: key.keyId, header: { alg: algorithm }, time: "2015-03-04T05:06:07Z" });
  });

  test("by several keys at once, in any order, up to the limit", () => {
    const several = keys.map((key) => elementOf(payload, { key }));
    const opened = openSigned(documentOf(payload, several));
    expect(opened.signatures.map(({ keyId }) => keyId)).toEqual(keys.map(({ keyId }) => keyId));
    expect(openSigned(documentOf(payload, several.toReversed())).payload).toEqual(payload);
    const most = Array.from({ length: ociLimits.signaturesInManifest }, () => good);
    expect(openSigned(documentOf(payload, most)).signatures).toHaveLength(ociLimits.signaturesInManifest);
  });

  test("with any members, indented or not, by any algorithm: the payload is returned byte for byte", () => {
    const members = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 });
    const indents = fc.constantFrom(undefined, " ", "   ", "\t");
    fc.assert(
      fc.property(
        members,
        indents,
        fc.constantFrom("", "\n", " \r\n\t"),
        fc.subarray(keys, { minLength: 1 }),
        (value, indent, end, by) => {
          fc.pre(!("signatures" in value));
          const bytes = bytesOf(JSON.stringify(value, undefined, indent) + end);
          const document = joinSignatures(
            bytes,
            by.map((key) => signatureOf(bytes, key, signedAt)),
          );
          const opened = openSigned(document);
          expect(Buffer.from(opened.payload).equals(bytes)).toBe(true);
          const found = opened.signatures.map(({ keyId, header }) => `${keyId} ${header.alg}`);
          expect(found.toSorted()).toEqual(by.map(({ keyId, algorithm }) => `${keyId} ${algorithm}`).toSorted());
        },
      ),
      { numRuns: 60 },
    );
  });

  test("with a length in bytes, not in characters", () => {
    const bytes = payloadOf({ ...schema1Content, author: "Sômé güy 😀" });
    expect(openSigned(signPayload(bytes, signingKeys.ES256, signedAt)).payload).toEqual(bytes);
  });

  test("with white space and line feeds in the base64, with padding, and without a key id or a time", () => {
    const { kid: _, ...bare } = jwk;
    const header = {
      alg: "ES256",
      jwk: { ...bare, x: `${String(bare["x"]).slice(0, 9)} \n${String(bare["x"]).slice(9)}=` },
    };
    const element = elementOf(payload, { header, protected: { time: undefined } });
    const opened = openSigned(documentOf(payload, [{ ...element, signature: ` ${element.signature}==\n` }]));
    expect(opened.signatures[0]?.keyId).toBe(signingKeys.ES256.keyId);
    expect(opened.signatures[0]).not.toHaveProperty("time");
  });

  test("with white space after the document, and around the name of the signatures", () => {
    const text = Buffer.from(documentOf(payload, [good])).toString();
    expect(openSigned(bytesOf(`${text}\n`)).payload).toEqual(payload);
    expect(openSigned(bytesOf(text.replace(',"signatures":', ' ,\n\t"signatures" : '))).payload).toEqual(payload);
  });

  test("additional members of the header are dropped", () => {
    const [signature] = openSigned(documentWith({ header: { alg: "ES256", jwk, trusted: true } })).signatures;
    expect(signature?.header).toEqual({ alg: "ES256", jwk });
  });
});

describe("work is bounded", () => {
  test("a document of 4 MiB is opened, and one of 4 MiB of signatures refused", () => {
    const large = payloadOf({ ...schema1Content, filler: "x".repeat(ociLimits.manifestBytes - 4_096) });
    expect(openSigned(signPayload(large, signingKeys.ES256, signedAt)).payload).toHaveLength(large.length);
    const many = Array.from({ length: 10_000 }, () => good);
    expectRefusal(documentOf(payload, many), "malformed", "signatures");
  });

  test("long white space and long texts are read once", () => {
    const blank = " ".repeat(ociLimits.manifestBytes);
    const text = Buffer.from(documentOf(payload, [good])).toString();
    expectRefusal(bytesOf(text.replace(',"signatures"', `${blank}"signatures"`)), "document", "");
    expectRefusal(documentOf(payload, [{ ...good, signature: blank }]), "malformed", "signatures[0].signature");
    expect(openSigned(bytesOf(text.replace(',"signatures"', `${blank},"signatures"`))).payload).toEqual(payload);
  });
});

test("splitSigned does not verify signatures, and its result has no key ids", () => {
  const tampered = payloadOf({ ...schema1Content, tag: "newest" });
  const split = splitSigned(documentOf(tampered, [good]));
  expect(split.payload).toEqual(tampered);
  expect(split.signatures[0]).not.toHaveProperty("keyId");
});
