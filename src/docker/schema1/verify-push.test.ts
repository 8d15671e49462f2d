import { describe, expect, test } from "bun:test";
import { certificateOf } from "../../../test/support/certificates.ts";
import { documentOf, elementOf, payloadOf, schema1Content, signingKeys } from "../../../test/support/schema1.ts";
import { ociLimits } from "../../oci/limits.ts";
import { verifySchema1Push } from "./verify-push.ts";

const payload = payloadOf();
const good = documentOf(payload, [elementOf(payload)]);
const addressed = { name: "library/hello", tag: "latest" };

function kindsOf(body: Uint8Array, expected = {}): string[] {
  return verifySchema1Push(body, expected).faults.map(({ kind, at }) => `${kind} ${at}`);
}

test("a manifest without a fault is accepted", () => {
  const { document, faults, payload: signed, signatures } = verifySchema1Push(good, addressed);
  expect(faults).toEqual([]);
  expect(signed).toEqual(payload);
  expect(signatures.map(({ keyId }) => keyId)).toEqual([signingKeys.ES256.keyId]);
  expect(document?.layers).toHaveLength(2);
});

describe("all faults are reported together, in the seed's order", () => {
  test("another name, another tag, a wrong signature, and a malformed layer", () => {
    const content = { ...schema1Content, fsLayers: [{ blobSum: "none" }, schema1Content.fsLayers[1]] };
    const tampered = documentOf(payloadOf({ ...content, tag: "latexx" }), [elementOf(payloadOf(content))]);
    expect(kindsOf(tampered, { name: "library/other", tag: "latest" })).toEqual([
      "name name",
      "tag tag",
      "signature signatures[0].signature",
      "layers fsLayers[0].blobSum",
    ]);
  });

  test("with a wrong signature the document is still read, for the lookup of its layers", () => {
    const tampered = payloadOf({ ...schema1Content, tag: "newest" });
    const { document, payload: found, signatures } = verifySchema1Push(documentOf(tampered, [elementOf(payload)]));
    expect(document?.tag).toBe("newest");
    expect(found).toEqual(tampered);
    expect(signatures).toEqual([]);
  });

  test("without signatures the body is its own payload", () => {
    const { document, payload: found, faults, signatures } = verifySchema1Push(payload, addressed);
    expect(faults).toEqual([{ kind: "signature", at: "signatures", reason: "is missing" }]);
    expect([found, document?.name, signatures]).toEqual([payload, "library/hello", []]);
  });

  test("the single signature of the first drafts counts as none", () => {
    const body = payloadOf({ ...schema1Content, signature: "eyJhbGciOiJFUzI1NiJ9.e30.AAAA" });
    expect(kindsOf(body, addressed)).toEqual(["signature signatures"]);
  });

  test("if the signatures do not say which bytes they cover, nothing is read", () => {
    const wrong = documentOf(payload, [elementOf(payload, { protected: { formatLength: 7 } })]);
    expect(verifySchema1Push(wrong, { name: "other" })).toEqual({
      faults: [{ kind: "signature", at: "", reason: "no member ends after the 7 bytes that were signed" }],
      signatures: [],
    });
    expect(kindsOf(documentOf(payload, []))).toEqual(["signature signatures"]);
  });

  test("a malformed document has no further fault", () => {
    for (const text of ["", "[]", "{", "text", ' {"schemaVersion":1}', '{"a":{"b":1,"b":1}}']) {
      expect(kindsOf(new TextEncoder().encode(text))).toEqual(["document "]);
    }
    expect(kindsOf(new Uint8Array(ociLimits.manifestBytes).fill(0x5b))).toEqual(["document "]);
  });
});

test("everything is read from the payload", () => {
  const other = Buffer.from(good).toString().replace(/\}$/, ',"name":"library/other","schemaVersion":2,"config":{}}');
  const { document, faults, payload: signed } = verifySchema1Push(Buffer.from(other), addressed);
  expect([document?.name, faults, signed]).toEqual(["library/hello", [], payload]);
});

test("a payload with a duplicate key is not a document, even if it is signed", () => {
  const twice = new TextEncoder().encode('{"name":"a/b","name":"c/d"}');
  const unsigned = verifySchema1Push(twice);
  expect(kindsOf(documentOf(twice, [elementOf(twice)]))).toEqual(["document "]);
  expect(kindsOf(documentOf(twice, [elementOf(payload, { protected: { formatLength: twice.length - 1 } })]))).toEqual([
    "document ",
    "signature signatures[0].signature",
  ]);
  expect(unsigned.faults.map(({ kind }) => kind)).toEqual(["document", "signature"]);
  expect(unsigned.document).toBeUndefined();
});

test("certificates must be valid at the time, if one is given", () => {
  const { privateKey: key } = signingKeys.ES256;
  const x5c = [certificateOf({ subject: "a", issuer: "a", key, signer: key }).toString("base64")];
  const body = documentOf(payload, [elementOf(payload, { header: { alg: "ES256", x5c } })]);
  expect(kindsOf(body)).toEqual([]);
  const validAt = new Date("2020-01-01T00:00:00Z");
  expect(kindsOf(body, { validAt })).toEqual(["signature signatures[0].header.x5c[0]"]);
});
