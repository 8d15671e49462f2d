import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { schema1Content } from "../../../test/support/schema1.ts";
import { ociLimits } from "../../oci/limits.ts";
import type { JsonObject } from "../../oci/json.ts";
import { inOrder, readDocument, type Expectation, type Schema1Fault } from "./document.ts";

const content = schema1Content as JsonObject;
const [layer] = schema1Content.fsLayers;
const [entry] = schema1Content.history;

/** The faults, as `kind place`, and whether a document was read. */
function faultsOf(changed: JsonObject, expected: Expectation = {}): [string[], boolean] {
  const { document, faults } = readDocument({ ...content, ...changed }, expected);
  return [faults.map(({ kind, at }) => `${kind} ${at}`), document !== undefined];
}

function layersOf(count: number): JsonObject {
  return { fsLayers: Array.from({ length: count }, () => layer), history: Array.from({ length: count }, () => entry) };
}

describe("a document", () => {
  test("is read with its layers in their order", () => {
    expect(readDocument(content, { name: "library/hello", tag: "latest" })).toEqual({
      faults: [],
      document: {
        name: "library/hello",
        tag: "latest",
        architecture: "amd64",
        layers: schema1Content.fsLayers.map(({ blobSum }, index) => ({
          blobSum,
          v1Compatibility: schema1Content.history[index]!.v1Compatibility,
        })),
      } as never,
    });
  });

  test("may have additional members, or its media type", () => {
    for (const type of ["v1+json", "v1+prettyjws"]) {
      const mediaType = `application/vnd.docker.distribution.manifest.${type}`;
      expect(faultsOf({ mediaType, signature: "text", extra: { deep: [1] } })).toEqual([[], true]);
    }
  });

  test("may leave out its architecture", () => {
    expect(readDocument({ ...content, architecture: undefined }).document?.architecture).toBe("");
    expect(readDocument({ ...content, architecture: null }).document?.architecture).toBe("");
  });

  test("may name its layers by digests of any algorithm", () => {
    const sums = [
      "sha512:" + "a".repeat(128),
      "tarsum+sha256:ab",
      "tarsum.v1+sha256:ab",
      "tarsum.dev+foo:abcdef0919234",
    ];
    for (const blobSum of sums) {
      expect(faultsOf({ fsLayers: [{ blobSum }, layer] })).toEqual([[], true]);
    }
  });

  test("has as many layers as a manifest may have references", () => {
    expect(faultsOf(layersOf(ociLimits.manifestReferences))).toEqual([[], true]);
    expect(faultsOf(layersOf(ociLimits.manifestReferences + 1))).toEqual([["layers fsLayers"], false]);
  });
});

describe("a fault of a document has its kind and place", () => {
  test.each<[JsonObject, string]>([
    [{ schemaVersion: 2 }, "schemaVersion"],
    [{ schemaVersion: "1" }, "schemaVersion"],
    [{ schemaVersion: undefined }, "schemaVersion"],
    [{ mediaType: "application/vnd.oci.image.manifest.v1+json" }, "mediaType"],
    [{ mediaType: 5 }, "mediaType"],
    [{ config: {} }, "config"],
    [{ layers: [] }, "layers"],
    [{ manifests: [] }, "manifests"],
    [{ name: 5 }, "name"],
    [{ tag: ["latest"] }, "tag"],
    [{ architecture: {} }, "architecture"],
    [{ fsLayers: {} }, "fsLayers"],
    [{ history: "text" }, "history"],
    [{ fsLayers: [layer, null] }, "fsLayers[1].blobSum"],
    [{ fsLayers: [{ blobSum: 5 }, layer] }, "fsLayers[0].blobSum"],
    [{ fsLayers: [[], layer] }, "fsLayers[0].blobSum"],
    [{ history: [entry, {}] }, "history[1].v1Compatibility"],
    [{ history: [{ v1Compatibility: { id: "x" } }, entry] }, "history[0].v1Compatibility"],
  ])("document: %j", (changed, at) => {
    expect(faultsOf(changed)).toEqual([[`document ${at}`], false]);
  });

  test.each<[JsonObject, string]>([
    [{ fsLayers: [], history: [] }, "fsLayers"],
    [{ fsLayers: undefined, history: undefined }, "fsLayers"],
    [{ fsLayers: null, history: null }, "fsLayers"],
    [{ fsLayers: [layer] }, "history"],
    [{ history: [entry] }, "history"],
    [{ history: null }, "history"],
    [{ fsLayers: [layer, { blobSum: "" }] }, "fsLayers[1].blobSum"],
    [{ fsLayers: [{ blobSum: "no digest" }, layer] }, "fsLayers[0].blobSum"],
    [{ fsLayers: [{ blobSum: "sha256:AB" }, layer] }, "fsLayers[0].blobSum"],
    [{ fsLayers: [{ blobSum: "../../etc:x" }, layer] }, "fsLayers[0].blobSum"],
    [{ fsLayers: [{ blobSum: `foo:${"a".repeat(ociLimits.digestCharacters)}` }, layer] }, "fsLayers[0].blobSum"],
  ])("layers: %j", (changed, at) => {
    expect(faultsOf(changed)).toEqual([[`layers ${at}`], false]);
  });

  test.each(["", "Upper/Case", "a//b", "../a", "a".repeat(ociLimits.nameCharacters + 1)])("name: %j", (name) => {
    expect(faultsOf({ name })).toEqual([["name name"], true]);
    expect(faultsOf({ name }, { name })).toEqual([["name name"], true]);
  });

  test.each(["", "a/b", ".hidden", "a".repeat(129)])("tag: %j", (tag) => {
    expect(faultsOf({ tag })).toEqual([["tag tag"], true]);
  });

  test("a name or a tag that differs from the expected one, if one is expected", () => {
    expect(faultsOf({}, { name: "library/other", tag: "newest" })).toEqual([["name name", "tag tag"], true]);
    expect(faultsOf({}, { tag: "Latest" })).toEqual([["tag tag"], true]);
    expect(faultsOf({ name: undefined, tag: null }, { name: "library/hello" })).toEqual([
      ["name name", "tag tag"],
      true,
    ]);
    expect(readDocument(content, { name: "library/other" }).faults[0]?.reason).toBe(
      "is library/hello, pushed to library/other",
    );
  });

  test("several faults are in the order of their kinds, those of layers in the order of layers", () => {
    const bad = { blobSum: "none" };
    const changed = { architecture: 5, tag: "", name: "", fsLayers: [bad, layer, bad], history: [entry, entry, entry] };
    expect(faultsOf(changed)).toEqual([
      ["document architecture", "name name", "tag tag", "layers fsLayers[0].blobSum", "layers fsLayers[2].blobSum"],
      false,
    ]);
    const kinds: Schema1Fault["kind"][] = ["layers", "signature", "tag", "name", "document"];
    const shuffled = kinds.map((kind) => ({ kind, at: "", reason: "" }));
    expect(inOrder(shuffled).map(({ kind }) => kind)).toEqual(kinds.toReversed());
  });

  test("any other object causes no exception", () => {
    const fields = ["schemaVersion", "mediaType", "name", "tag", "architecture", "fsLayers", "history", "__proto__"];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const { document, faults } = readDocument(value);
        expect(document === undefined || faults.every(({ kind }) => kind === "name" || kind === "tag")).toBe(true);
        expect(document !== undefined || faults.length > 0).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
