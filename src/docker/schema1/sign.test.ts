import { describe, expect, test } from "bun:test";
import { libtrustDocuments } from "../../../test/support/libtrust.ts";
import { payloadOf, schema1Content, signedAt, signingKeys } from "../../../test/support/schema1.ts";
import { dockerLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { joinSignatures, signatureOf, signPayload } from "./sign.ts";
import { openSigned } from "./signed.ts";
import { SignatureError } from "./signature-error.ts";

const key = signingKeys.ES256;

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function refusal(action: () => unknown): SignatureError {
  try {
    action();
  } catch (error) {
    if (error instanceof SignatureError) return error;
    throw error;
  }
  throw new Error("it was signed");
}

describe("documents that libtrust signed", () => {
  test.each(Object.entries(libtrustDocuments))(
    "is opened, and rebuilt byte for byte: %s",
    (_, { payload, document }) => {
      const opened = openSigned(bytesOf(document));
      expect(new TextDecoder().decode(opened.payload)).toBe(payload);
      const { signatures } = JSON.parse(document) as { signatures: { header: { jwk: { kid: string } } }[] };
      expect(opened.signatures.map(({ keyId }) => keyId)).toEqual(signatures.map(({ header }) => header.jwk.kid));
      for (const kept of [opened.signatures, signatures, signatures.toReversed()]) {
        expect(new TextDecoder().decode(joinSignatures(bytesOf(payload), kept))).toBe(document);
      }
    },
  );
});

describe("a payload that would make the document much larger", () => {
  test("is refused: each line of the signatures repeats the payload's indentation", () => {
    const widest = " ".repeat(dockerLimits.signatureIndentBytes);
    expect(openSigned(signPayload(bytesOf(`{\n${widest}"a": 1\n}`), key, signedAt)).signatures).toHaveLength(1);
    const refused = refusal(() => signPayload(bytesOf(`{\n${widest} "a": 1\n}`), key, signedAt));
    expect(refused.failure).toBe("payload");
  });
});

describe("a signed document", () => {
  const text = (payload: Uint8Array) => new TextDecoder().decode(signPayload(payload, key, signedAt));

  test("on one line has its signatures on that line", () => {
    const { x, y } = key.publicKey.key.export({ format: "jwk" });
    const document = text(payloadOf());
    const header = `{"jwk":{"crv":"P-256","kid":"${key.keyId}","kty":"EC","x":"${x}","y":"${y}"},"alg":"ES256"}`;
    const start = `${JSON.stringify(schema1Content).slice(0, -1)},"signatures":[{"header":${header},"signature":"`;
    expect(document).toStartWith(start);
    expect(document.slice(start.length)).toMatch(/^[\w-]{86}","protected":"[\w-]+"\}\]\}$/);
  });

  test.each(["   ", "\t", " ".repeat(12)])("is indented like its payload: %j", (indent) => {
    const payload = payloadOf(schema1Content, indent);
    const document = text(payload);
    const { signatures } = JSON.parse(document) as { signatures: unknown };
    const expected = JSON.stringify({ ...schema1Content, signatures }, undefined, "\t").replaceAll("\t", indent);
    // JSON.stringify indents by at most ten characters.
    if (indent.length <= 10) expect(document).toBe(expected);
    expect(openSigned(bytesOf(document)).payload).toEqual(payload);
  });

  test("contains the position of the payload and the time of the signature", () => {
    const payload = bytesOf('{\n   "a": 1\r\n }\n');
    const { protected: protectedText, header } = signatureOf(payload, key, signedAt);
    const said = Buffer.from(protectedText, "base64url").toString();
    expect(said).toBe('{"formatLength":11,"formatTail":"DQogfQo","time":"2015-03-04T05:06:07Z"}');
    expect(header.alg).toBe("ES256");
  });

  test("has its signatures in the order of key ids", () => {
    const payload = payloadOf();
    const made = Object.values(signingKeys).map((each) => signatureOf(payload, each, signedAt));
    const ids = openSigned(joinSignatures(payload, made)).signatures.map(({ keyId }) => keyId);
    expect(ids).toEqual(ids.toSorted());
    expect(joinSignatures(payload, made)).toEqual(joinSignatures(payload, made.toReversed()));
  });

  test("has additional members of a stored key, in the order of keys and with Go's escapes", () => {
    const payload = payloadOf({ a: 1 });
    const { header, ...rest } = signatureOf(payload, key, signedAt);
    const jwk = { zone: "<a&b>", hosts: ["x", { b: 1e21, a: null }], ...header.jwk };
    const document = new TextDecoder().decode(joinSignatures(payload, [{ header: { ...header, jwk }, ...rest }]));
    expect(document).toContain('"crv":"P-256","hosts":["x",{"a":null,"b":1e+21}],"kid":');
    expect(document).toContain(String.raw`"zone":"\u003ca\u0026b\u003e"`);
    expect(openSigned(bytesOf(document)).signatures[0]?.keyId).toBe(key.keyId);
  });
});

describe("a payload that cannot be signed", () => {
  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a list", "[1]"],
    ["an empty object", "{ }"],
    ["a key twice", '{"a":1,"a":1}'],
    ["white space in front", ' {"a":1}'],
    ["signatures already", '{"signatures":[]}'],
  ])("%s", (_, text) => {
    expect(refusal(() => signatureOf(bytesOf(text), key, signedAt)).failure).toBe("payload");
    expect(refusal(() => joinSignatures(bytesOf(text), [])).failure).toBe("payload");
  });

  test("much white space at the end", () => {
    const text = `{"a":1${" ".repeat(dockerLimits.signatureTailBytes)}}`;
    expect(refusal(() => signatureOf(bytesOf(text), key, signedAt)).failure).toBe("payload");
  });

  test("signatures with another layout, malformed ones, or a wrong number of them", () => {
    const payload = payloadOf();
    const kept = signatureOf(payload, key, signedAt);
    const join = (...signatures: unknown[]) => refusal(() => joinSignatures(payload, signatures)).failure;
    expect(join(signatureOf(payloadOf(schema1Content, " "), key, signedAt))).toBe("layout");
    expect(join(signatureOf(bytesOf(`${new TextDecoder().decode(payload)}\n`), key, signedAt))).toBe("layout");
    expect(join("text")).toBe("malformed");
    expect(join({ ...kept, header: { alg: "none", jwk: kept.header.jwk } })).toBe("algorithm");
    expect(join({ ...kept, header: { ...kept.header, jwk: {} } })).toBe("key");
    expect(join()).toBe("malformed");
    expect(join(...Array.from({ length: ociLimits.signaturesInManifest + 1 }, () => kept))).toBe("malformed");
  });

  test("joining does not verify signatures; the reader does", () => {
    const kept = signatureOf(payloadOf(), key, signedAt);
    const tampered = payloadOf({ ...schema1Content, tag: "latexx" });
    expect(refusal(() => openSigned(joinSignatures(tampered, [kept]))).failure).toBe("mismatch");
  });
});
