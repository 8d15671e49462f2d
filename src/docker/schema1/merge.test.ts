import { expect, test } from "bun:test";
import { base64Url, documentOf, elementOf, signedAt, signingKeys } from "../../../test/support/schema1.ts";
import { payload } from "../../../test/support/signed-documents.ts";
import { ociLimits } from "../../oci/limits.ts";
import { generateSigningKey, type SigningKey } from "./key.ts";
import { mergeSignatures } from "./merge.ts";
import { joinSignatures, signPayload } from "./sign.ts";
import { openSigned, type VerifiedSignature } from "./signed.ts";

function signedBy(key: SigningKey): VerifiedSignature {
  return openSigned(signPayload(payload, key, signedAt)).signatures[0]!;
}

const [first, second] = [signedBy(signingKeys.ES256), signedBy(signingKeys.RS256)];

test("the stored signatures come first, and those of new keys after them, all in one document", () => {
  expect(mergeSignatures([first], [second])).toEqual([first, second]);
  expect(mergeSignatures([], [second])).toEqual([second]);
  expect(mergeSignatures([first], [])).toEqual([first]);
  expect(mergeSignatures([], [])).toEqual([]);
  const together = openSigned(joinSignatures(payload, mergeSignatures([first], [second])));
  expect(together.payload).toEqual(payload);
  expect(together.signatures.map(({ keyId }) => keyId)).toEqual([first.keyId, second.keyId].toSorted());
});

test("a key that signs again keeps its first signature", () => {
  const again = signedBy(signingKeys.ES256);
  expect(again.signature).not.toBe(first.signature);
  expect(mergeSignatures([first], [again, second, again])).toEqual([first, second]);
  expect(mergeSignatures([], [first, first])).toEqual([first]);
});

test("the number of signatures is limited", () => {
  const many = Array.from({ length: ociLimits.signaturesInManifest + 2 }, () => signedBy(generateSigningKey()));
  expect(mergeSignatures(many.slice(0, 5), many.slice(5))).toEqual(many.slice(0, ociLimits.signaturesInManifest));
});

test("a signature with another layout is left out", () => {
  const indented = new TextEncoder().encode('{\n "a": 1\n}');
  // In Docker's layout the payload ends with the 1; in this one, with the line feed.
  const layout = { formatLength: indented.length - 1, formatTail: base64Url("}") };
  const elsewhere = openSigned(documentOf(indented, [elementOf(indented, { protected: layout })])).signatures;
  const usual = openSigned(signPayload(indented, signingKeys.RS256, signedAt)).signatures;
  expect(mergeSignatures(usual, elsewhere)).toEqual([...usual]);
  expect(mergeSignatures(elsewhere, usual)).toEqual([...elsewhere]);
  expect(openSigned(joinSignatures(indented, elsewhere))).toMatchObject({ payload: indented, signatures: elsewhere });
  expect(() => joinSignatures(indented, [...usual, ...elsewhere])).toThrow("signatures[1] has another layout");
});
