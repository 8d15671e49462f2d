import { describe, expect, test } from "bun:test";
import { base64Url, documentOf, payloadOf, schema1Content, signingKeys } from "../../../test/support/schema1.ts";
import { documentWith, expectRefusal, good, payload } from "../../../test/support/signed-documents.ts";
import { dockerLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { publicJwkOf } from "./key.ts";

const jwk = publicJwkOf(signingKeys.ES256.publicKey);

describe("a malformed document", () => {
  const text = Buffer.from(documentOf(payload, [good])).toString();

  test.each([
    ["empty", ""],
    ["not JSON", text.slice(0, -1)],
    ["a list", `[${text}]`],
    ["a string", '"text"'],
    ["null", "null"],
    ["with a byte order mark", `\ufeff${text}`],
    ["with a space in front", ` ${text}`],
    ["with a line feed in front", `\n${text}`],
    ["followed by another one", text + text],
    ["with duplicate signatures", text.replace(',"signatures":', ',"signatures":[],"signatures":')],
    ["with a duplicate member of the key", text.replace('"alg":', '"alg":"none","alg":')],
  ])("is refused: %s", (_, document) => {
    expectRefusal(Buffer.from(document), "document", "");
  });

  test("is refused if it is not UTF-8, or nested too deeply", () => {
    expectRefusal(Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}')]), "document", "");
    expectRefusal(Buffer.from(`{"a":${"[".repeat(1e6)}`), "document", "");
  });
});

test("a key with too many additional members is refused, because all of them are stored", () => {
  const more = { ...jwk, more: "x".repeat(dockerLimits.signatureKeyBytes) };
  expectRefusal(documentWith({ header: { jwk: more, alg: "ES256" } }), "malformed", "signatures[0].header.jwk");
});

describe("malformed signatures", () => {
  test("are missing", () => {
    expectRefusal(payload, "missing", "signatures");
    expectRefusal(payloadOf({ ...schema1Content, signature: "eyJ.eyJ.sig" }), "missing", "signatures");
  });

  test.each([
    ["null", null],
    ["a number", 1],
    ["a text", "text"],
    ["an object", { 0: good }],
    ["an empty list", []],
    ["one too many", Array.from({ length: ociLimits.signaturesInManifest + 1 }, () => good)],
    ["a thousand", Array.from({ length: 1000 }, () => good)],
  ])("are malformed: %s", (_, signatures) => {
    expectRefusal(documentOf(payload, signatures), "malformed", "signatures");
  });

  test.each<[string, unknown, string]>([
    ["an element that is not an object", "text", ""],
    ["an element that is null", null, ""],
    ["no header", { ...good, header: undefined }, ".header"],
    ["a header that is a list", { ...good, header: [good.header] }, ".header"],
    ["no signature", { ...good, signature: undefined }, ".signature"],
    ["an empty signature", { ...good, signature: "" }, ".signature"],
    ["a signature in standard base64", { ...good, signature: "+/+/" }, ".signature"],
    ["a signature with stray characters", { ...good, signature: `${good.signature}!` }, ".signature"],
    ["a signature that is a number", { ...good, signature: 5 }, ".signature"],
    [
      "a signature that is long",
      { ...good, signature: "A".repeat(dockerLimits.signatureTextCharacters + 4) },
      ".signature",
    ],
    ["no protected text", { ...good, protected: undefined }, ".protected"],
    ["an empty protected text", { ...good, protected: "" }, ".protected"],
    ["neither jwk nor x5c", { ...good, header: { alg: "ES256" } }, ".header"],
    ["both jwk and x5c", { ...good, header: { alg: "ES256", jwk, x5c: [] } }, ".header"],
    ["a jwk that is a text", { ...good, header: { alg: "ES256", jwk: "text" } }, ".header.jwk"],
    ["a jwk that is null", { ...good, header: { alg: "ES256", jwk: null } }, ".header.jwk"],
    ["a critical extension", { ...good, header: { ...good.header, crit: ["b64"] } }, ".header.crit"],
  ])("are malformed: %s", (_, element, at) => {
    expectRefusal(documentOf(payload, [element]), "malformed", `signatures[0]${at}`);
    expectRefusal(documentOf(payload, [good, element]), "malformed", `signatures[1]${at}`);
  });

  test.each<[string, object, string]>([
    ["the element", { ...good, Protected: good.protected }, ".Protected"],
    ["the element, with a long s", { ...good, "\u017fignature": good.signature }, ".\u017fignature"],
    ["the header", { ...good, header: { ...good.header, ALG: "ES256" } }, ".header.ALG"],
    ["the key", { ...good, header: { ...good.header, jwk: { ...jwk, "\u212aty": "RSA" } } }, ".header.jwk.\u212aty"],
  ])("M7 a key that clients in Go read as a field is refused in %s", (_, element, at) => {
    expectRefusal(documentOf(payload, [element]), "document", `signatures[0]${at}`);
    expectRefusal(documentOf(payload, [good, element]), "document", `signatures[1]${at}`);
  });

  test("M7 such a key is refused in the protected text and next to the signatures", () => {
    expectRefusal(
      documentWith({ protected: { FormatLength: 1 } }),
      "malformed",
      "signatures[0].protected.FormatLength",
    );
    expectRefusal(documentOf(payload, [good], ',"SIGNATURES":[]'), "document", "SIGNATURES");
    expectRefusal(documentOf(payload, [good], ',"FsLayers":[]'), "document", "FsLayers");
  });

  test("two base64 texts never encode the same signature", () => {
    // Four bits of the last of 86 characters have no meaning.
    const last = good.signature.at(-1)!;
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const twin = alphabet[alphabet.indexOf(last) + 1]!;
    const signature = good.signature.slice(0, -1) + twin;
    expect(Buffer.from(signature, "base64url")).toEqual(Buffer.from(good.signature, "base64url"));
    expectRefusal(documentOf(payload, [{ ...good, signature }]), "malformed", "signatures[0].signature");
  });
});

describe("a malformed protected text", () => {
  test.each([
    ["not JSON", "text"],
    ["a list", "[]"],
    ["a duplicate length", `{"formatLength":1,"formatLength":${payload.length - 1},"formatTail":"fQ"}`],
  ])("is malformed: %s", (_, text) => {
    expectRefusal(documentWith({ protected: text }), "malformed", "signatures[0].protected");
  });

  test.each<[string, unknown]>([
    ["missing", undefined],
    ["null", null],
    ["negative", -1],
    ["zero", 0],
    ["not whole", payload.length - 1.5],
    ["huge", 2 ** 53],
    ["infinite", 1e300],
    ["a text", String(payload.length - 1)],
    ["a list", [payload.length - 1]],
    ["true", true],
  ])("is malformed: a length that is %s", (_, formatLength) => {
    expectRefusal(documentWith({ protected: { formatLength } }), "malformed", "signatures[0].protected.formatLength");
  });

  test.each<[string, unknown]>([
    ["missing", undefined],
    ["a number", 5],
    ["not base64", "}"],
    ["standard base64", "+/=="],
    ["empty", ""],
    ["more than white space and a bracket", base64Url(',"tag":"x"}')],
    ["two brackets", base64Url("}}")],
    ["a bracket that opens", base64Url("{")],
    ["white space alone", base64Url("\n")],
    ["too long", base64Url(`${" ".repeat(dockerLimits.signatureTailBytes)}}`)],
  ])("is malformed: a tail that is %s", (_, formatTail) => {
    expectRefusal(documentWith({ protected: { formatTail } }), "malformed", "signatures[0].protected.formatTail");
  });

  test("is malformed: an invalid time, or a critical extension", () => {
    expectRefusal(documentWith({ protected: { time: 5 } }), "malformed", "signatures[0].protected.time");
    expectRefusal(documentWith({ protected: { time: "9".repeat(65) } }), "malformed", "signatures[0].protected.time");
    expectRefusal(documentWith({ protected: { crit: ["exp"] } }), "malformed", "signatures[0].protected.crit");
  });
});
