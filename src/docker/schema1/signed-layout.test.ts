import { describe, expect, test } from "bun:test";
import { base64Url, documentOf, elementOf, payloadOf, schema1Content } from "../../../test/support/schema1.ts";
import { documentWith, expectRefusal, good, payload } from "../../../test/support/signed-documents.ts";
import { joinSignatures } from "./sign.ts";
import { openSigned } from "./signed.ts";

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("signatures that do not follow their payload", () => {
  test.each([
    ["past its end", 1e6],
    ["the whole of it", payload.length + 1_000],
    ["too little", payload.length - 2],
    ["one byte", 1],
    ["into the signatures", payload.length + 2],
  ])("is refused: a length of %s", (_, formatLength) => {
    expectRefusal(documentWith({ protected: { formatLength } }), "layout", "");
  });

  test("is refused: a value that continues after the signed part", () => {
    const bytes = bytesOf('{"a":12}');
    const document = Buffer.from(documentOf(bytes, [elementOf(bytes, { protected: { formatLength: 6 } })]));
    expectRefusal(document, "layout", "");
  });

  test("is refused: signatures of two layouts", () => {
    const other = elementOf(payload, { protected: { formatTail: base64Url("\n}") } });
    expectRefusal(documentOf(payload, [good, other]), "layout", "signatures[1]");
    const shorter = elementOf(payload, { protected: { formatLength: 5 } });
    expectRefusal(documentOf(payload, [good, good, shorter]), "layout", "signatures[2]");
  });

  test("the payload must be one object, and so must the rest", () => {
    const bytes = bytesOf('{"a":"x,\\"signatures\\":"}');
    const cut = elementOf(bytes.slice(0, 8), { protected: { formatLength: 7 } });
    expectRefusal(documentOf(bytes, [cut]), "document", "");
    const list = bytesOf('{"a":[1,"signatures"]}');
    const within = elementOf(list, { protected: { formatLength: 7 } });
    expectRefusal(documentOf(list, [within]), "document", "");
    const twice = bytesOf('{"a":1,"a":2}');
    expectRefusal(documentOf(twice, [elementOf(twice)]), "payload", "");
  });

  test("is refused: signatures that are signed themselves, or come before", () => {
    const signed = payloadOf({ ...schema1Content, signatures: [] });
    expectRefusal(documentOf(signed, [elementOf(signed)]), "payload", "signatures");
    const before = (formatLength: number) =>
      JSON.stringify({ signatures: [elementOf(payload, { protected: { formatLength } })], a: 1 });
    expectRefusal(bytesOf(before(before(100).indexOf(',"a"'))), "layout", "signatures");
  });
});

describe("the unsigned part", () => {
  const text = Buffer.from(documentOf(payload, [good])).toString();
  const fsLayers = JSON.stringify([{ blobSum: `sha256:${"f".repeat(64)}` }]);

  test.each([
    ["before the signatures", text.replace(',"signatures"', `,"fsLayers":${fsLayers},"signatures"`)],
    ["after the signatures", text.replace(/\}$/, `,"fsLayers":${fsLayers}}`)],
    ["of another form", text.replace(/\}$/, ',"config":{},"layers":[]}')],
  ])("is neither read nor written again: %s", (_, document) => {
    const { payload: found, content, signatures } = openSigned(bytesOf(document));
    expect([found, content]).toEqual([payload, schema1Content]);
    expect(Buffer.from(joinSignatures(found, signatures)).toString()).not.toContain("ffff");
    expect(openSigned(joinSignatures(found, signatures)).signatures).toEqual(signatures);
  });

  test("is refused if it is malformed: a duplicate key, also of a signature", () => {
    expectRefusal(bytesOf(text.replace(/\}$/, ',"a":1,"a":2}')), "document", "");
    expectRefusal(bytesOf(text.replace('"alg":', '"alg":"none","alg":')), "document", "");
  });
});
