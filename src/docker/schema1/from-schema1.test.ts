import { describe, expect, test } from "bun:test";
import { convertible, layerDigest } from "../../../test/support/images.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { parseJson, type JsonObject } from "../../oci/json.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import { ConversionError } from "./conversion-error.ts";
import { readDocument, type Schema1Document } from "./document.ts";
import { emptyLayer } from "./empty-layer.ts";
import { fromSchema1, layersToConvert, type ConvertedLayer } from "./from-schema1.ts";
import { toSchema1 } from "./to-schema1.ts";

const id = (digit: string) => digit.repeat(64);
const sum = (digit: string) => `sha256:${id(digit)}` as Digest;
const gzip = "application/vnd.oci.image.layer.v1.tar+gzip" as MediaType;

/**
 * A document of entries, top first. Each is the child of the next unless it says otherwise. Its layer is named by the
 * same digit as the entry.
 */
function documentOf(...entries: readonly JsonObject[]): Schema1Document {
  const layers = entries.map((entry, index) => {
    const digit = String(entries.length - index);
    const parent = index === entries.length - 1 ? {} : { parent: id(String(entries.length - index - 1)) };
    const { blobSum = sum(digit), ...members }: JsonObject = { id: id(digit), ...parent, ...entry };
    return { blobSum: blobSum as Digest, v1Compatibility: JSON.stringify(members) };
  });
  return { name: "library/hello", tag: "v1", architecture: "amd64", layers };
}

/**
 * The layers as if every blob had been read. Its digest is its sum, and the digest of its tar is that of its sum's
 * text.
 */
function convertedLayers(document: Schema1Document): ConvertedLayer[] {
  return layersToConvert(document).map(({ blobSum }, index) => ({
    mediaType: gzip,
    digest: blobSum,
    size: index + 1,
    diffId: digestOf(Buffer.from(blobSum)),
  }));
}

function convert(document: Schema1Document) {
  const { config, manifest, lost } = fromSchema1(document, convertedLayers(document));
  const text = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as JsonObject;
  return { config: text(config), manifest: text(manifest), lost, bytes: { config, manifest } };
}

function refusal(document: Schema1Document, layers?: readonly ConvertedLayer[]): string {
  try {
    fromSchema1(document, layers ?? convertedLayers(document));
  } catch (error) {
    if (error instanceof ConversionError && error.document === "schema1") return error.at;
    throw error;
  }
  throw new Error("it was converted");
}

describe("a schema 1 manifest as an OCI image", () => {
  test("with everything that OCI has fields for", () => {
    const top = {
      created: "2015-01-02T03:04:05.6Z",
      author: "somebody",
      architecture: "arm",
      variant: "v7",
      os: "linux",
      "os.version": "1",
      "os.features": ["x"],
      config: {
        User: "1000",
        ExposedPorts: { "80/tcp": {} },
        Env: ["A=1"],
        Entrypoint: ["/bin/a"],
        Cmd: "once a text",
        Volumes: { "/data": {} },
        WorkingDir: "/",
        Labels: { a: "b" },
        StopSignal: "SIGTERM",
      },
      container_config: { Cmd: ["/bin/sh", "-c", "#(nop) CMD"] },
      throwaway: true,
      blobSum: emptyLayer.digest,
    };
    const base = { created: "0001-01-01T00:00:00Z", comment: "imported", container_config: { Cmd: null } };
    const { config, manifest, lost, bytes } = convert(documentOf(top, base));
    expect(config).toEqual({
      created: top.created,
      author: "somebody",
      architecture: "arm",
      os: "linux",
      "os.version": "1",
      "os.features": ["x"],
      variant: "v7",
      config: { ...top.config, Cmd: ["once a text"] },
      rootfs: { type: "layers", diff_ids: [digestOf(Buffer.from(sum("1")))] },
      history: [
        { created: base.created, comment: "imported" },
        { created: top.created, created_by: "/bin/sh -c #(nop) CMD", author: "somebody", empty_layer: true },
      ],
    });
    expect(manifest).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: {
        mediaType: "application/vnd.oci.image.config.v1+json",
        digest: digestOf(bytes.config),
        size: bytes.config.length,
      },
      layers: [{ mediaType: gzip, digest: sum("1"), size: 1 }],
    });
    expect(parseManifest(bytes.manifest, undefined).blobs).toHaveLength(2);
    const ids = ["history[0].id", "history[0].parent", "history[1].id"];
    expect(lost).toEqual(["name", "tag", "signatures", "architecture", ...ids]);
  });

  test("base first, without the steps that changed no file", () => {
    const empty = { throwaway: true, blobSum: emptyLayer.digest };
    const document = documentOf(empty, {}, empty, {});
    expect(layersToConvert(document)).toEqual([
      { blobSum: sum("1"), index: 3 },
      { blobSum: sum("3"), index: 1 },
    ]);
    const { config } = convert(document);
    const history = config["history"] as JsonObject[];
    expect(history.map((entry) => entry["empty_layer"])).toEqual([undefined, true, undefined, true]);
  });

  test("an empty layer that is not marked as such is a layer", () => {
    expect(layersToConvert(documentOf({ blobSum: emptyLayer.digest }))).toHaveLength(1);
  });

  test("with Linux, the document's architecture and an empty configuration if the top image has none", () => {
    const { config } = convert(documentOf({ config: null, os: "", architecture: null }));
    expect(config).toMatchObject({ architecture: "amd64", os: "linux", config: {}, history: [{}] });
    expect(config).not.toHaveProperty("created");
  });

  test("lost information is listed, empty values are not", () => {
    const members = {
      docker_version: "1.6",
      container: "abc",
      Size: 0,
      Shared: 5,
      container_config: { Cmd: ["x"], Hostname: "h" },
      config: { Hostname: "h", Tty: false, OnBuild: [], Healthcheck: { Test: ["x"] }, Image: "", MacAddress: null },
      architecture: "arm",
      os: "linux",
    };
    const { lost } = convert(documentOf(members, { ...members, container_config: { Cmd: ["x"], Tty: false } }));
    expect(lost).toEqual([
      "name",
      "tag",
      "signatures",
      "architecture",
      ...["id", "parent", "docker_version", "container", "Shared"].map((name) => `history[0].${name}`),
      "history[0].container_config",
      "history[0].config.Hostname",
      "history[0].config.Healthcheck",
      ...["id", "docker_version", "container", "Shared", "config", "architecture", "os"].map(
        (name) => `history[1].${name}`,
      ),
    ]);
  });

  test("a step that is marked as unchanged, but has its own blob, is listed", () => {
    expect(convert(documentOf({ throwaway: true }, {})).lost).toContain("fsLayers[0]");
  });

  test("an image that was written twice in a row counts once", () => {
    const twice = documentOf({ id: id("1") }, {});
    expect(layersToConvert(twice)).toEqual([{ blobSum: sum("1"), index: 1 }]);
    const { config, lost } = convert(twice);
    expect(config["history"]).toEqual([{}]);
    expect(lost).toEqual(["name", "tag", "signatures", "fsLayers[0]", "history[0]", "history[1].id"]);
  });

  test("a layer with a tarsum gets its digest", () => {
    const document = documentOf({ blobSum: "tarsum.v1+sha256:ab" });
    const [layer] = convertedLayers(document);
    const { manifest } = fromSchema1(document, [{ ...layer!, digest: sum("7") }]);
    expect(new TextDecoder().decode(manifest)).toContain(sum("7"));
  });

  test("converted back, an image for old clients has the same history, layers and configuration", () => {
    for (const image of [convertible.single, convertible.steps]) {
      const { payload } = toSchema1(image);
      const { document } = readDocument(parseJson(payload, 10) as JsonObject);
      const { config } = convert(document!);
      const original = JSON.parse(new TextDecoder().decode(image.config)) as { history: { empty_layer?: boolean }[] };
      const history = config["history"] as JsonObject[];
      expect(history.map((entry) => entry["empty_layer"])).toEqual(original.history.map((entry) => entry.empty_layer));
      expect(config["architecture"]).toBe((original as unknown as JsonObject)["architecture"]);
    }
    const { document } = readDocument(parseJson(toSchema1(convertible.steps).payload, 10) as JsonObject);
    expect(layersToConvert(document!).map(({ blobSum }) => blobSum)).toEqual(["one", "two"].map(layerDigest));
    const history = convert(document!).config["history"] as JsonObject[];
    expect(history[1]).toEqual({
      created: "2020-01-02T03:04:06+02:00",
      created_by: 'RUN a && b > "c"',
      author: "Sômé <g&y>",
      empty_layer: true,
    });
  });
});

describe("not an image", () => {
  test.each([
    ["not JSON", "text"],
    ["a list", "[]"],
    ["nested too deeply", `{"a":${"[".repeat(1e5)}`],
    ["with a duplicate key", `{"id":"${id("1")}","id":"${id("2")}"}`],
  ])("an entry that is %s", (_, v1Compatibility) => {
    const document = documentOf({});
    expect(refusal({ ...document, layers: [{ blobSum: sum("1"), v1Compatibility }] })).toBe("history[0]");
  });

  test.each<[JsonObject, string]>([
    [{ id: undefined }, "id"],
    [{ id: 5 }, "id"],
    [{ id: "../../etc" }, "id"],
    [{ id: "A".repeat(64) }, "id"],
    [{ parent: 5 }, "parent"],
    [{ parent: id("9") }, "parent"],
    [{ parent: undefined }, "parent"],
    [{ throwaway: "true" }, "throwaway"],
    [{ created: "yesterday" }, "created"],
    [{ created: 5 }, "created"],
    [{ author: { a: 1 } }, "author"],
    [{ comment: ["x"] }, "comment"],
    [{ architecture: 5 }, "architecture"],
    [{ os: ["linux"] }, "os"],
    [{ "os.features": { a: 1 } }, "os.features"],
    [{ container_config: "text" }, "container_config"],
    [{ container_config: { Cmd: [5] } }, "container_config.Cmd"],
    [{ config: [] }, "config"],
    [{ config: { Env: [5] } }, "config.Env"],
    [{ config: { User: ["x"] } }, "config.User"],
    [{ config: { ExposedPorts: ["80"] } }, "config.ExposedPorts"],
    [{ config: { Labels: { a: 5 } } }, "config.Labels"],
  ])("%j", (changed, at) => {
    expect(refusal(documentOf(changed, {}))).toBe(`history[0].${at}`);
  });

  test("a base with a parent, a repeated image, no architecture at all", () => {
    expect(refusal(documentOf({}, { parent: id("9") }))).toBe("history[1].parent");
    // Otherwise following the chain would never end.
    expect(refusal(documentOf({ id: id("1"), parent: id("2") }, { id: id("2"), parent: id("1") }, {}))).toBe(
      "history[2].id",
    );
    expect(refusal({ ...documentOf({}), architecture: "" })).toBe("architecture");
  });

  test("layers of another document", () => {
    const document = documentOf({}, {});
    const layers = convertedLayers(document);
    expect(refusal(document, layers.slice(1))).toBe("fsLayers");
    expect(refusal(document, layers.toReversed())).toBe("fsLayers[1]");
    expect(refusal(document, [layers[0]!, { ...layers[1]!, digest: sum("9") }])).toBe("fsLayers[0]");
  });
});
