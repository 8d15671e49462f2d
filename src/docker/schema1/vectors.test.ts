/** Tests with manifests that Docker, its registry, containers/image, quay and skopeo have written. */
import { describe, expect, test } from "bun:test";
import { hasVectors, vector } from "../../../test/support/vectors.ts";
import { digestOf } from "../../oci/digest.ts";
import type { Schema1Fault } from "./document.ts";
import { layersToConvert } from "./from-schema1.ts";
import { verifySchema1Push } from "./verify-push.ts";
import { joinSignatures } from "./sign.ts";

const good = "02fee8c3220ba806531f606525eceb83f4feb654f62b207191b1c9209188dedd";

/** Files, with the digest of the signed bytes: that of its authors or, for `own-` and quay's, that of the bytes. */
const signed: readonly (readonly [file: string, hex: string])[] = [
  ["moby-good_manifest", good],
  ["containers-image-schema1", "5a26403ca5f91c7f04300e397efc83960afbfe2d2b34314383a53e267a604455"],
  ["containers-image-oci1-to-schema1", "6feeaff9d4420e29f96881eb712e8762c28615666340222c8e054259f9bc87d4"],
  ["validated_manifest", "b5dc4f63fdbd64f34f2314c0747ef81008f9fcddce4edfc3fd0e8ec8b358d571"],
  ["validated_manifest_with_unicode", "815ecf45716a96b19d54d911e6ace91f78bab26ca0dd299645d9995dacd9f1ef"],
  ["manifest_unencoded_unicode", "5d8a0f34744a39bf566ba430251adc0cc86587f86aed3ac2acfb897f349777bc"],
  ["validate_manifest_known_issue", "44518f5a4d1cb5b7a6347763116fb6e10f6a8563b6c40bb389a0a982f0a9f47a"],
  ["complex.schema1", "9ac47329525a9d6af983484c81972d32ef5ab9e6466cf57afd511620e84ffc01"],
  ["own-skopeo-compact-schema1", "d46e20b874113274cb15c6a15fdc1020f09079d05ba6d0725af5d7935ef99f68"],
  ["own-registry283-pretty-schema1", "62972e65b5eab5f0dd9ed1b88d21119c879c4c14e91a9e45de360c3117dc5ae1"],
];

function read(file: string): Uint8Array {
  return vector(`schema1/${file}.json`);
}

function kindsOf(file: string): Schema1Fault["kind"][] {
  return verifySchema1Push(read(file)).faults.map(({ kind }) => kind);
}

describe.if(hasVectors)("published manifests", () => {
  test.each(signed)("%s is intact, has its digest, and is rebuilt byte for byte", (file, hex) => {
    const { document, faults, payload, signatures } = verifySchema1Push(read(file));
    expect(faults).toEqual([]);
    expect(String(digestOf(payload!))).toBe(`sha256:${hex}`);
    expect(layersToConvert(document!).length).toBeGreaterThan(0);
    // Two of the files have an additional line feed at their end.
    const text = Buffer.from(read(file)).toString().trimEnd();
    expect(Buffer.from(joinSignatures(payload!, signatures)).toString()).toBe(text);
  });

  test("moby-extra_data: layers that were not signed are not layers of the image", () => {
    const { document, faults, payload, signatures } = verifySchema1Push(read("moby-extra_data_manifest"));
    expect(faults).toEqual([]);
    expect(String(digestOf(payload!))).toBe(`sha256:${good}`);
    expect(document!.layers.map(({ blobSum }) => blobSum.slice(0, 15))).toEqual(["sha256:a3ed95ca", "sha256:03f4658f"]);
    expect(joinSignatures(payload!, signatures)).toEqual(new Uint8Array(read("moby-good_manifest")));
  });

  test("a payload that was changed, or lost its signatures, is not verified", () => {
    expect(kindsOf("moby-bad_manifest")).toEqual(["document", "signature"]);
    expect(kindsOf("containers-image-v2s1.manifest")).toEqual(["signature"]);
    expect(kindsOf("containers-image-v2s1-unsigned.manifest")).toEqual(["signature"]);
    expect(kindsOf("moby-no_signature_manifest")).toEqual(["signature"]);
  });

  test("an unsigned manifest has the digest of the payload that would be signed", () => {
    const digest = "sha256:7364fea9d84ee548ab67d4c46c6006289800c98de3fbf8c0a97138dfcc23f000";
    for (const file of ["containers-image-v2s1.manifest", "containers-image-v2s1-unsigned.manifest"]) {
      expect(String(digestOf(verifySchema1Push(read(file)).payload!))).toBe(digest);
    }
  });

  test.each(["simple.schema1", "ubuntu.schema1"])(
    "%s was indented again after it was signed, so no signature matches",
    (file) => {
      const { faults, payload, signatures } = verifySchema1Push(read(file));
      expect([faults.map(({ kind }) => kind), payload, signatures]).toEqual([["signature"], undefined, []]);
    },
  );

  test("a row of quay's database, which is a list, contains an intact manifest", () => {
    expect(kindsOf("manifest_unicode_row")).toEqual(["document"]);
    const rows = JSON.parse(new TextDecoder().decode(read("manifest_unicode_row"))) as unknown;
    const [{ digest, json_data: text }] = rows as [{ digest: string; json_data: string }];
    const { faults, payload } = verifySchema1Push(new TextEncoder().encode(text));
    expect([faults, String(digestOf(payload!))]).toEqual([[], digest]);
  });
});
