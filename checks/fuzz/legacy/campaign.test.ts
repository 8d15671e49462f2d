import { expect, setDefaultTimeout, test } from "bun:test";
import { openSigned } from "../../../src/docker/schema1/signed.ts";
import { patienceMs } from "../../../test/support/patience.ts";
import { documentOf, elementOf, payloadOf, signingKeys } from "../../../test/support/schema1.ts";
import { archives } from "./archives.ts";
import { campaign } from "./campaign.ts";
import { signedDocuments } from "./signed-documents.ts";
import { signedOriginals } from "./signed-originals.ts";

setDefaultTimeout(patienceMs);

// A long run is `scripts/fuzz-legacy`.
test.each([
  [signedDocuments.name, signedDocuments, 4_000],
  [archives.name, archives, 4_000],
])("%s: a short run finds nothing, and reaches all outcomes", (_, reader, mutations) => {
  const { outcomes, findings } = campaign(reader, mutations, 2014);
  expect(findings).toEqual([]);
  expect([...outcomes.keys()].toSorted()).toEqual(reader.outcomes.toSorted());
});

test("a document that an unknown key has signed is a finding", () => {
  const payload = payloadOf({ name: "other" });
  const stranger = documentOf(payload, [elementOf(payload, { key: signingKeys.ES256 })]);
  expect(openSigned(stranger).signatures).toHaveLength(1);
  expect(() => signedDocuments.judge(stranger)).toThrow("accepted what no key has signed");
});

test("the originals are accepted, and an unexpected error of a reader is a finding", () => {
  expect(signedOriginals.map((document) => signedDocuments.judge(document))).toEqual(
    signedOriginals.map(() => "accepted"),
  );
  const broken = { ...archives, judge: () => (undefined as unknown as string[]).join() };
  expect(campaign(broken, 50, 1).findings).toHaveLength(20);
});
