import { describe, expect, test } from "bun:test";
import { payloadOf, schema1Content, signedAt, signingKeys } from "../../../test/support/schema1.ts";
import { dockerLimits } from "../limits.ts";
import { digestOf } from "../../oci/digest.ts";
import { mergeDocuments } from "./stored-document.ts";
import { joinSignatures, signatureOf } from "./sign.ts";
import { openSigned } from "./signed.ts";

const payload = payloadOf(schema1Content, "   ");
const digest = digestOf(payload);
const { ES256, ES384, RS256 } = signingKeys;
const documentBy = (keys: readonly (typeof ES256)[], of = payload) =>
  joinSignatures(
    of,
    keys.map((key) => signatureOf(of, key, signedAt)),
  );
const keyIdsIn = (document: Uint8Array) => openSigned(document).signatures.map(({ keyId }) => keyId);

describe("a damaged stored document is replaced by the pushed one", () => {
  const document = documentBy([ES256, RS256]);
  const pushed = documentBy([ES384]);
  const isReplaced = (kept: Uint8Array) => Buffer.compare(mergeDocuments(kept, pushed, digest), pushed) === 0;

  test("if any of its bytes is changed; the unchanged document is not", () => {
    expect(isReplaced(document)).toBe(false);
    for (let at = 0; at < document.length; at += 7) {
      for (const bit of [1, 32]) {
        const damaged = document.slice();
        damaged[at]! ^= bit;
        expect([at, bit, isReplaced(damaged)]).toEqual([at, bit, true]);
      }
    }
  });

  test("if it is truncated, followed by other bytes, or of another payload", () => {
    expect(isReplaced(document.slice(0, -1))).toBe(true);
    expect(isReplaced(Buffer.concat([document, Buffer.from("\n")]))).toBe(true);
    expect(isReplaced(new Uint8Array())).toBe(true);
    expect(isReplaced(payload)).toBe(true);
    expect(isReplaced(documentBy([ES256], payloadOf()))).toBe(true);
  });

  test("with any digest of the payload", () => {
    const sha512 = digestOf(payload, "sha512");
    expect(keyIdsIn(mergeDocuments(document, pushed, sha512))).toHaveLength(3);
    expect(mergeDocuments(document, pushed, digestOf(document))).toEqual(pushed);
  });
});

describe("a document that is pushed again", () => {
  test("adds the signatures of new keys, and changes nothing of the others", () => {
    const merged = mergeDocuments(documentBy([ES256]), documentBy([ES384, ES256]), digest);
    expect(keyIdsIn(merged)).toEqual([ES256.keyId, ES384.keyId].toSorted());
    expect(openSigned(merged).payload).toEqual(payload);
    expect(mergeDocuments(merged, documentBy([ES256]), digest)).toEqual(merged);
  });

  test("adds nothing that would make the manifest too large", () => {
    const small = documentBy([ES256], payloadOf({ ...schema1Content, more: "" }));
    const more = "x".repeat(dockerLimits.signedManifestBytes - small.length - 50);
    const full = payloadOf({ ...schema1Content, more });
    const kept = documentBy([ES256], full);
    expect(kept.length).toBeLessThanOrEqual(dockerLimits.signedManifestBytes);
    expect(mergeDocuments(kept, documentBy([ES384], full), digestOf(full))).toEqual(kept);
  });
});
