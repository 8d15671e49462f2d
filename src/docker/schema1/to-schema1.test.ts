import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "bun:test";
import { convertible, layerDigest, modernImageOf } from "../../../test/support/images.ts";
import { dockerLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { digestOf } from "../../oci/digest.ts";
import { parseJson, type JsonObject } from "../../oci/json.ts";
import { ConversionError } from "./conversion-error.ts";
import { readDocument } from "./document.ts";
import { emptyLayer } from "./empty-layer.ts";
import { toSchema1, type ModernImage } from "./to-schema1.ts";

function refusal(image: ModernImage): string {
  try {
    toSchema1(image);
  } catch (error) {
    if (error instanceof ConversionError) return `${error.document} ${error.at}`;
    throw error;
  }
  throw new Error("it was converted");
}

const config = {
  architecture: "amd64",
  rootfs: { type: "layers", diff_ids: ["a"] },
  history: [{ created_by: "one" }, { created_by: "two", empty_layer: true }],
};
const layer = layerDigest("one");

function imageWith(changed: object, manifest: JsonObject = {}): ModernImage {
  return modernImageOf(JSON.stringify({ ...config, ...changed }), [layer], manifest);
}

function withLayer(changed: object): ModernImage {
  const mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
  return imageWith({}, { layers: [{ mediaType, digest: layer, size: 1, ...changed }] });
}

describe("an image for old clients", () => {
  // The digests are those of Docker's registry 2.8.3 for these images (its own code, built with Go 1.26).
  test.each([
    ["single", "c7f17f8f3c81f713d1bc98bd06a0c25cbc68a01e86eb2e3845b90098d892f904"],
    ["steps", "5b8489982dcd52e6c1371baf401b8fb91e60739c935168eaf56b8cc1ee0e187e"],
    ["spellings", "248d095c8ed52bdfd5cc2f6b92eaf532450c016b7a0f5ef5644da9e67ff92522"],
    ["baseLayer", "9337cf66624a030406fa8e6d2a42932e053db5f56f74865681676c1982e72bc0"],
  ] as const)("equals the result of docker's registry, byte for byte: %s", (name, hex) => {
    const { payload } = toSchema1(convertible[name]);
    expect(String(digestOf(payload))).toBe(`sha256:${hex}`);
  });

  test("is a document that can be pushed", () => {
    const { payload, hasEmptyLayers } = toSchema1(convertible.steps);
    const { document, faults } = readDocument(parseJson(payload, 10) as JsonObject, {
      name: "library/hello",
      tag: "v1",
    });
    expect(faults).toEqual([]);
    const filled = ["two", "one"].map(layerDigest);
    expect(document?.layers.map(({ blobSum }) => blobSum)).toEqual([
      emptyLayer.digest,
      filled[0]!,
      emptyLayer.digest,
      filled[1]!,
    ]);
    expect(hasEmptyLayers).toBe(true);
    expect(toSchema1(convertible.single).hasEmptyLayers).toBe(false);
  });

  test("may have any of the media types that old clients can read", () => {
    for (const type of ["oci.image.layer.v1.tar", "oci.image.layer.v1.tar+gzip", "docker.image.rootfs.diff.tar"]) {
      expect(toSchema1(withLayer({ mediaType: `application/vnd.${type}` })).payload.length).toBeGreaterThan(0);
    }
    const oci = { mediaType: "application/vnd.oci.image.config.v1+json", digest: layer, size: 1 };
    expect(toSchema1(imageWith({}, { config: oci })).payload.length).toBeGreaterThan(0);
  });
});

test("the empty layer matches its digest: an empty tar, gzipped", () => {
  expect(digestOf(emptyLayer.bytes)).toBe(emptyLayer.digest);
  expect(emptyLayer.bytes).toHaveLength(32);
  const tar = gunzipSync(emptyLayer.bytes);
  expect(tar).toEqual(Buffer.alloc(1024));
  expect(createHash("sha256").update(tar).digest("hex")).toStartWith("5f70bf18a086");
});

describe("images that old clients cannot use", () => {
  test.each<[string, JsonObject]>([
    ["with zstd", { mediaType: "application/vnd.oci.image.layer.v1.tar+zstd" }],
    ["encrypted", { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted" }],
    ["of another kind", { mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip" }],
  ])("a layer %s", (_, changed) => {
    expect(refusal(withLayer(changed))).toBe("manifest layers[0].mediaType");
  });

  test.each<[string, JsonObject]>([
    ["foreign", { mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" }],
    ["not to be distributed", { mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" }],
    ["stored elsewhere", { urls: ["https://example.com/layer"] }],
  ])("a layer that is %s", (_, changed) => {
    expect(refusal(withLayer(changed))).toBe("manifest layers[0]");
  });

  test.each<[string, JsonObject, string]>([
    ["an index", { layers: undefined, manifests: [] }, "manifest "],
    ["of another version", { schemaVersion: 1 }, "manifest "],
    ["with layers that are not a list", { layers: {} }, "manifest "],
    ["with a layer that is not an object", { layers: [5] }, "manifest layers[0]"],
    [
      "with a layer without a digest",
      { layers: [{ mediaType: "a/b", digest: "x", size: 1 }] },
      "manifest layers[0].digest",
    ],
    ["without a configuration", { config: undefined }, "manifest config"],
    [
      "an artifact",
      { config: { mediaType: "application/vnd.oci.empty.v1+json", digest: layer, size: 2 } },
      "manifest config.mediaType",
    ],
  ])("a manifest that is %s", (_, changed, at) => {
    expect(refusal(imageWith({}, changed))).toBe(at);
  });

  test.each<[string, object, string]>([
    ["without rootfs", { rootfs: undefined }, "rootfs"],
    ["with a rootfs that is a list", { rootfs: [] }, "rootfs"],
    ["without diff_ids", { rootfs: {} }, "rootfs.diff_ids"],
    ["with diff_ids that are numbers", { rootfs: { diff_ids: [1] } }, "rootfs.diff_ids"],
    ["with a base layer that is a number", { rootfs: { diff_ids: ["a"], base_layer: 1 } }, "rootfs.base_layer"],
    ["without a history", { history: undefined }, "history"],
    ["with an empty history", { history: [] }, "history"],
    [
      "with a history that is too long",
      { history: Array.from({ length: dockerLimits.convertedSteps + 1 }, () => ({})) },
      "history",
    ],
    ["with an entry that is null", { history: [null] }, "history[0]"],
    ["with an invalid time", { history: [{ created: "yesterday" }] }, "history[0].created"],
    ["with a time that is a number", { history: [{ created: 5 }] }, "history[0].created"],
    ["with a step that is a list", { history: [{}, { created_by: [] }] }, "history[1].created_by"],
    ["with an author that is a number", { history: [{ author: 1 }] }, "history[0].author"],
    ["with a comment that is an object", { history: [{ comment: {} }] }, "history[0].comment"],
    ["with an emptiness that is a text", { history: [{ empty_layer: "true" }] }, "history[0].empty_layer"],
    ["with an architecture that is a number", { architecture: 5 }, "architecture"],
    ["with more layers than steps", { history: [{ empty_layer: true }] }, ""],
    ["with more steps than layers", { history: [{}, {}] }, ""],
    ["with more diff_ids than layers", { rootfs: { diff_ids: ["a", "b"] } }, ""],
    ["with fewer diff_ids than layers", { rootfs: { diff_ids: [] } }, ""],
  ])("a configuration %s", (_, changed, at) => {
    expect(refusal(imageWith(changed))).toBe(`config ${at}`);
  });

  test.each(["", "[]", "{", '{"a":1,"a":2}', "null", "\ufeff{}"])("a configuration that is %j", (text) => {
    expect(refusal(modernImageOf(text, [layer]))).toBe("config ");
  });

  test("an image that is too large, before and after the conversion", () => {
    const filler = "x".repeat(ociLimits.manifestBytes);
    expect(refusal(imageWith({ filler }))).toBe("config ");
    expect(refusal(imageWith({}, { filler }))).toBe("manifest ");
    // Each `<` has twelve bytes there.
    expect(refusal(imageWith({ filler: "<".repeat(ociLimits.manifestBytes / 4) }))).toBe("schema1 ");
  });

  test("the reason is readable", () => {
    expect(() => toSchema1(imageWith({ history: [{}, {}] }))).toThrow(
      "config has 1 diff_ids and a history of 2 layers, the manifest has 1",
    );
  });
});
