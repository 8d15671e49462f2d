import { expect, test } from "bun:test";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import { detectsSchema1 } from "./detect.ts";

const announces = (document: string, declared?: MediaType) =>
  detectsSchema1(new TextEncoder().encode(document), declared);
const { dockerSchema1, dockerSchema1Signed, ociManifest, json } = mediaTypes;

test("MPUT-05 the Content-Type determines whether a document is schema 1", () => {
  for (const type of [dockerSchema1, dockerSchema1Signed]) expect(announces("{}", type)).toBe(true);
  expect(announces('{"schemaVersion":1}', ociManifest)).toBe(false);
});

test("MPUT-05 without a Content-Type of manifests, the mediaType or the schemaVersion of the document decides", () => {
  for (const declared of [undefined, json]) {
    expect(announces('{"schemaVersion":1}', declared)).toBe(true);
    expect(announces(`{"mediaType":"${dockerSchema1}"}`, declared)).toBe(true);
    expect(announces(`{"schemaVersion":1,"mediaType":"${ociManifest}"}`, declared)).toBe(false);
    // A duplicate key outside the signed part must not hide that it is schema 1.
    expect(announces('{"schemaVersion":1,"name":"a","name":"b"}', declared)).toBe(true);
    for (const other of ['{"schemaVersion":2}', '{"schemaVersion":"1"}', "{}", "[]", "null", "1", "{", ""]) {
      expect([other, announces(other, declared)]).toEqual([other, false]);
    }
  }
});
