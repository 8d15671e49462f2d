import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { ociLimits } from "./limits.ts";
import type { Descriptor } from "./descriptor.ts";
import { digestOf } from "./digest.ts";
import { RegistryError } from "./errors.ts";
import { parseManifest, type Manifest } from "./manifest.ts";
import { mediaTypes, parseMediaType, type MediaType } from "./media-type.ts";

const encoder = new TextEncoder();

function descriptor(name: string, mediaType = "application/vnd.oci.image.layer.v1.tar+gzip"): Descriptor {
  const bytes = encoder.encode(name);
  return { mediaType: mediaType as MediaType, digest: digestOf(bytes), size: bytes.length, foreign: false };
}

/** A descriptor in the form of a document. */
function wire({ mediaType, digest, size }: Descriptor): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest, size };
}

const config = descriptor("config", "application/vnd.oci.image.config.v1+json");
const layers = [descriptor("layer 1"), descriptor("layer 2")];
const children = [descriptor("child 1", mediaTypes.ociManifest), descriptor("child 2", mediaTypes.ociManifest)];
const subject = descriptor("subject", mediaTypes.ociManifest);

const image = { schemaVersion: 2, config: wire(config), layers: layers.map(wire) };
const index = { schemaVersion: 2, manifests: children.map(wire) };
const unknownType = "application/vnd.example.thing.v1+json" as MediaType;

function parse(document: unknown, declared?: MediaType): Manifest {
  return parseManifest(encoder.encode(JSON.stringify(document)), declared);
}

/** The path that the refusal names. Anything except MANIFEST_INVALID fails the test. */
function refusedAt(document: unknown, declared?: MediaType): string {
  return refusalOf(encoder.encode(JSON.stringify(document)), declared).at;
}

function refusalOf(bytes: Uint8Array, declared?: MediaType): { at: string; reason: string } {
  try {
    parseManifest(bytes, declared);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    expect(error.failure).toBe("MANIFEST_INVALID");
    expect(error.items).toHaveLength(1);
    const detail = error.items[0]?.detail as { at: string; reason: string };
    expect(error.message).toBe(detail.at ? `${detail.at} ${detail.reason}` : detail.reason);
    return detail;
  }
  throw new Error("the manifest was accepted");
}

/** A document with a number of nested levels, including itself. */
function nested(levels: number): Uint8Array {
  return encoder.encode(`{"deep":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`);
}

function many(count: number): object[] {
  return Array.from({ length: count }, () => wire(subject));
}

describe("the four known types", () => {
  test.each([mediaTypes.ociManifest, mediaTypes.dockerManifest])("an image of type %s", (type) => {
    const expected = { mediaType: type, blobs: [config, ...layers], manifests: [], artifactType: config.mediaType };
    expect(parse(image, type)).toEqual(expected);
    expect(parse({ ...image, mediaType: type }, type)).toEqual(expected);
  });

  test.each([mediaTypes.ociIndex, mediaTypes.dockerList])("an index of type %s", (type) => {
    const expected = { mediaType: type, blobs: [], manifests: children };
    expect(parse(index, type)).toEqual(expected);
    expect(parse({ ...index, mediaType: type }, type)).toEqual(expected);
  });

  test("MPUT-14 may have empty lists, and unknown fields and types", () => {
    expect(parse({ ...image, layers: [] }, mediaTypes.ociManifest).blobs).toEqual([config]);
    expect(parse({ ...index, manifests: [] }, mediaTypes.ociIndex).manifests).toEqual([]);
    const odd = descriptor("odd", "application/vnd.example.odd");
    const document = { ...image, config: wire(odd), layers: [wire(odd)], custom: { a: [1] }, artifactType: "a/odd" };
    expect(parse(document, mediaTypes.ociManifest).blobs).toEqual([odd, odd]);
  });

  test("L24 null is not a list: layers and manifests must exist, if only as an empty list", () => {
    for (const none of [null, undefined]) {
      expect(refusedAt({ ...image, layers: none }, mediaTypes.dockerManifest)).toBe("layers");
      expect(refusedAt({ ...image, layers: none }, mediaTypes.ociManifest)).toBe("layers");
      expect(refusedAt({ ...index, manifests: none }, mediaTypes.ociIndex)).toBe("manifests");
      expect(refusedAt({ ...index, manifests: none }, mediaTypes.dockerList)).toBe("manifests");
    }
  });

  test("reports 1: an entry of an index is required, except for a layer that must not be distributed", () => {
    const [first] = index.manifests;
    const mediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    const entries = [first, { ...first, urls: ["https://example.com/"] }, { ...first, mediaType }];
    const { manifests } = parse({ ...index, manifests: entries }, mediaTypes.ociIndex);
    expect(manifests.map(({ foreign }) => foreign)).toEqual([false, false, true]);
  });

  test("MPUT-08 need schemaVersion 2, as a number", () => {
    for (const schemaVersion of [undefined, null, 1, 3, "2", 2.5, [2]]) {
      expect(refusedAt({ ...image, schemaVersion }, mediaTypes.ociManifest)).toBe("schemaVersion");
      expect(refusedAt({ ...index, schemaVersion }, mediaTypes.dockerList)).toBe("schemaVersion");
    }
  });

  test.each([
    ["config", image, mediaTypes.ociManifest],
    ["layers", image, mediaTypes.dockerManifest],
    ["manifests", index, mediaTypes.ociIndex],
    ["manifests", index, mediaTypes.dockerList],
  ] as const)("MPUT-08 without %s are refused", (field, document, type) => {
    const rest = Object.fromEntries(Object.entries(document).filter(([name]) => name !== field));
    expect(refusedAt(rest, type)).toBe(field);
  });

  test("MPUT-08 the refusal names the descriptor and the field that is wrong", () => {
    const [first] = image.layers;
    expect(refusedAt({ ...image, config: null }, mediaTypes.ociManifest)).toBe("config");
    expect(refusedAt({ ...image, config: [image.config] }, mediaTypes.ociManifest)).toBe("config");
    expect(refusedAt({ ...image, config: { ...image.config, size: -1 } }, mediaTypes.ociManifest)).toBe("config.size");
    expect(refusedAt({ ...image, layers: { 0: first } }, mediaTypes.ociManifest)).toBe("layers");
    expect(refusedAt({ ...image, layers: [first, null] }, mediaTypes.ociManifest)).toBe("layers[1]");
    expect(refusedAt({ ...image, layers: [first, { ...first, digest: "x" }] }, mediaTypes.ociManifest)).toBe(
      "layers[1].digest",
    );
    expect(refusedAt({ ...index, manifests: [{ size: 1 }] }, mediaTypes.ociIndex)).toBe("manifests[0].mediaType");
    expect(refusedAt({ ...index, manifests: "none" }, mediaTypes.ociIndex)).toBe("manifests");
  });

  test("MPUT-12 mark layers that may be missing and leave the others", () => {
    const elsewhere = { ...wire(descriptor("far")), urls: ["https://elsewhere.example/far"] };
    const restricted = wire(descriptor("own", "application/vnd.oci.image.layer.nondistributable.v1.tar"));
    const foreign = wire(descriptor("win", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"));
    const document = { ...image, layers: [elsewhere, restricted, foreign, ...image.layers] };
    const { blobs } = parse(document, mediaTypes.ociManifest);
    expect(blobs.map((blob) => blob.foreign)).toEqual([false, true, true, true, false, false]);
  });

  test("L24 a configuration is required, even with a foreign type or with urls", () => {
    for (const type of [
      "application/vnd.oci.image.layer.nondistributable.v1.tar",
      "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    ]) {
      const restricted = wire(descriptor("config", type));
      expect(parse({ ...image, config: restricted }, mediaTypes.ociManifest).blobs[0]?.foreign).toBe(false);
    }
    const elsewhere = { ...image.config, urls: ["https://elsewhere.example/config"] };
    expect(parse({ ...image, config: elsewhere }, mediaTypes.dockerManifest).blobs[0]?.foreign).toBe(false);
  });

  test("MPUT-13 inline data is accepted", () => {
    const document = { ...image, config: { ...image.config, data: "Y29uZmln" } };
    expect(parse(document, mediaTypes.ociManifest).blobs[0]).toEqual(config);
  });
});

describe("two readings of one document", () => {
  test.each([
    ["an image with manifests", { ...image, manifests: index.manifests }, mediaTypes.ociManifest, "manifests"],
    ["an image with an empty list of manifests", { ...image, manifests: [] }, mediaTypes.dockerManifest, "manifests"],
    ["an index with layers", { ...index, layers: image.layers }, mediaTypes.ociIndex, "layers"],
    ["an index with a config", { ...index, config: image.config }, mediaTypes.dockerList, "config"],
    ["a document of no declared type with all of them", { ...image, ...index }, undefined, "config"],
  ] as const)("MPUT-09 SEC-06 refuses %s", (_, document, type, at) => {
    expect(refusedAt(document, type)).toBe(at);
  });

  test("SEC-06 refuses schema 2 with the fields of schema 1", () => {
    const schema1 = { fsLayers: [{ blobSum: config.digest }], history: [{ v1Compatibility: "{}" }] };
    expect(refusedAt({ ...image, ...schema1 }, mediaTypes.dockerManifest)).toBe("fsLayers");
    expect(refusedAt({ ...image, ...schema1 }, mediaTypes.ociManifest)).toBe("fsLayers");
    expect(refusedAt({ ...index, ...schema1 }, mediaTypes.ociIndex)).toBe("fsLayers");
  });

  test("MPUT-06 SEC-06 refuses a mediaType that contradicts the Content-Type, for any two types", () => {
    const types = [...Object.values(mediaTypes), unknownType];
    for (const declared of types.filter((type) => type !== mediaTypes.json)) {
      for (const inside of types.filter((type) => type !== declared)) {
        const document = inside === mediaTypes.ociIndex || inside === mediaTypes.dockerList ? index : image;
        expect(refusedAt({ ...document, mediaType: inside }, declared)).toBe("mediaType");
      }
    }
  });

  test("MPUT-06 refuses a mediaType that is not exactly a media type", () => {
    const type = mediaTypes.ociManifest;
    for (const mediaType of [1, "manifest", `${type};\r\nX-Evil: 1`, ` ${type}`, `${type}\n`, [type], {}]) {
      expect(refusedAt({ ...image, mediaType }, type)).toBe("mediaType");
      expect(refusedAt({ ...image, mediaType })).toBe("mediaType");
    }
  });

  test("reports 5 a mediaType may have parameters, and letters of any case, as the Content-Type may", () => {
    const type = mediaTypes.ociManifest;
    const shouted = type.toUpperCase() as MediaType;
    for (const mediaType of [type, shouted, `${type}; charset=utf-8`, `${shouted};charset="utf-8"`]) {
      for (const declared of [type, undefined, mediaTypes.json, parseMediaType(`${shouted}; charset=utf-8`)]) {
        expect(parse({ ...image, mediaType }, declared).mediaType).toBe(type);
      }
    }
    const own = "application/vnd.Example.Thing+json" as MediaType;
    for (const declared of [own.toLowerCase() as MediaType, own.toUpperCase() as MediaType]) {
      expect(parse({ mediaType: own }, declared).mediaType).toBe(own);
    }
  });

  test("MPUT-10 refuses a duplicate key", () => {
    const text = JSON.stringify(image).replace("{", String.raw`{"\u0063onfig":{},`);
    expect(refusalOf(encoder.encode(text), mediaTypes.ociManifest).reason).toContain("duplicate key");
  });
});

describe("the type of a document", () => {
  test("MPUT-05 application/json is ignored: the mediaType inside decides, then the shape", () => {
    expect(parse({ ...image, mediaType: mediaTypes.dockerManifest }, mediaTypes.json).mediaType).toBe(
      mediaTypes.dockerManifest,
    );
    expect(parse({ ...index, mediaType: mediaTypes.dockerList }, mediaTypes.json).mediaType).toBe(
      mediaTypes.dockerList,
    );
    expect(parse(image, mediaTypes.json).mediaType).toBe(mediaTypes.ociManifest);
    expect(parse(index, mediaTypes.json).mediaType).toBe(mediaTypes.ociIndex);
  });

  test("MPUT-05 without a Content-Type the mediaType inside decides, then the shape", () => {
    expect(parse({ ...image, mediaType: mediaTypes.dockerManifest }).mediaType).toBe(mediaTypes.dockerManifest);
    expect(parse({ mediaType: unknownType }).mediaType).toBe(unknownType);
    expect(parse(image).mediaType).toBe(mediaTypes.ociManifest);
    expect(parse(index).mediaType).toBe(mediaTypes.ociIndex);
  });

  test("MPUT-05 a type from the document's form is checked like a declared type", () => {
    expect(refusedAt({ ...image, schemaVersion: 3 })).toBe("schemaVersion");
    expect(refusedAt({ config: image.config, schemaVersion: 2 })).toBe("layers");
  });

  test("MPUT-05 a document of an unknown type is refused", () => {
    for (const document of [{}, { schemaVersion: 2 }, { layers: image.layers }, { subject: wire(subject) }]) {
      expect(refusedAt(document)).toBe("mediaType");
      expect(refusedAt(document, mediaTypes.json)).toBe("mediaType");
    }
  });

  test("schema 1 is refused with any media type", () => {
    const schema1 = { schemaVersion: 1, name: "a", tag: "b", fsLayers: [], history: [], signatures: [] };
    for (const type of [mediaTypes.dockerSchema1, mediaTypes.dockerSchema1Signed]) {
      expect(refusalOf(encoder.encode(JSON.stringify(schema1)), type).reason).toContain("schema 1");
      expect(refusalOf(encoder.encode(JSON.stringify({ ...schema1, mediaType: type }))).reason).toContain("schema 1");
    }
    expect(refusalOf(encoder.encode(JSON.stringify(schema1))).reason).toContain("schema 1");
    expect(refusalOf(encoder.encode(JSON.stringify(schema1)), mediaTypes.json).reason).toContain("schema 1");
  });
});

describe("MPUT-07 a manifest of any other type", () => {
  test("is stored, with all its references", () => {
    expect(parse({}, unknownType)).toEqual({ mediaType: unknownType, blobs: [], manifests: [] });
    const [layer] = layers;
    const [child] = children;
    if (!layer || !child) throw new Error("nothing to refer to");
    const document = {
      blobs: [wire(layer)],
      manifests: [wire(child)],
      subject: wire(subject),
      annotations: { a: "b" },
    };
    expect(parse(document, unknownType)).toEqual({
      mediaType: unknownType,
      blobs: [layer],
      manifests: [child],
      subject,
      annotations: { a: "b" },
    });
  });

  test("may use the names of known fields for other purposes", () => {
    const document = {
      schemaVersion: "v7",
      config: "file.toml",
      layers: 3,
      manifests: [1, wire(subject), {}],
      blobs: {},
    };
    expect(parse(document, unknownType)).toEqual({ mediaType: unknownType, blobs: [], manifests: [subject] });
  });

  test("is stored for any JSON object, and its type is never changed", () => {
    const field = fc.constantFrom("config", "layers", "blobs", "manifests", "schemaVersion", "other");
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (document) => {
        expect(parse(document, unknownType)).toMatchObject({ mediaType: unknownType, blobs: [], manifests: [] });
      }),
    );
  });
});

describe("not a document", () => {
  test.each(["", "[]", "null", '"text"', "1", "{", "{}{}", '{"a":1,}', "\ufeff{}"])("MPUT-08 %j is refused", (text) => {
    expect(refusalOf(encoder.encode(text), unknownType).at).toBe("");
    expect(refusalOf(encoder.encode(text), mediaTypes.ociManifest).at).toBe("");
  });

  test("LIM-03 a document may be nested 100 levels deep and no deeper", () => {
    expect(parseManifest(nested(100), unknownType).mediaType).toBe(unknownType);
    expect(refusalOf(nested(101), unknownType).reason).toContain("nested deeper");
  });

  test("LIM-03 4 MiB of opening brackets are refused", () => {
    expect(refusalOf(new Uint8Array(4 * 1024 * 1024).fill(0x5b), unknownType).reason).toContain("nested deeper");
  });
});

describe("LIM-02 references", () => {
  test("an index may have as many as the limit, without its subject, and not one more", () => {
    const full = { ...index, manifests: many(ociLimits.manifestReferences), subject: wire(subject) };
    expect(parse(full, mediaTypes.ociIndex).manifests).toHaveLength(10_000);
    expect(refusedAt({ ...index, manifests: many(ociLimits.manifestReferences + 1) }, mediaTypes.ociIndex)).toBe("");
  });

  test("an image's configuration counts with its layers", () => {
    const full = { ...image, layers: many(ociLimits.manifestReferences - 1) };
    expect(parse(full, mediaTypes.ociManifest).blobs).toHaveLength(10_000);
    expect(refusedAt({ ...image, layers: many(ociLimits.manifestReferences) }, mediaTypes.ociManifest)).toBe("");
  });

  test("an unknown type's references count all together", () => {
    const half = ociLimits.manifestReferences / 2;
    const full = { layers: many(half), manifests: many(half) };
    expect(parse(full, unknownType).manifests).toHaveLength(half);
    expect(refusedAt({ ...full, blobs: many(1) }, unknownType)).toBe("");
  });
});

describe("subject, artifact type and annotations", () => {
  test("SUBJ-01 images and indexes may have a subject, and null means none", () => {
    expect(parse({ ...image, subject: wire(subject) }, mediaTypes.ociManifest).subject).toEqual(subject);
    expect(parse({ ...index, subject: wire(subject) }, mediaTypes.ociIndex).subject).toEqual(subject);
    expect(parse({ ...image, subject: null }, mediaTypes.ociManifest)).not.toHaveProperty("subject");
    expect(parse(image, mediaTypes.ociManifest)).not.toHaveProperty("subject");
  });

  test.each([
    ["subject", "sha256:baddigeststring"],
    ["subject", [wire(subject)]],
    ["subject.digest", { ...wire(subject), digest: "sha256:baddigeststring" }],
    ["subject.digest", { ...wire(subject), digest: `${subject.digest}\r\nX: y` }],
    ["subject.mediaType", { ...wire(subject), mediaType: "" }],
    ["subject.size", { ...wire(subject), size: "1" }],
  ])("SUBJ-02 a malformed subject is refused for every type: %s", (at, malformed) => {
    expect(refusedAt({ ...image, subject: malformed }, mediaTypes.ociManifest)).toBe(at);
    expect(refusedAt({ ...index, subject: malformed }, mediaTypes.ociIndex)).toBe(at);
    expect(refusedAt({ subject: malformed }, unknownType)).toBe(at);
  });

  test("DIG-03 a subject may have a digest of an algorithm that this registry cannot verify", () => {
    const named = parse({ ...image, subject: { ...wire(subject), digest: "blake3:abc" } }, mediaTypes.ociManifest);
    expect(String(named.subject?.digest)).toBe("blake3:abc");
  });

  test("REF-05 the artifact type is the manifest's own, else its configuration's media type", () => {
    const own = "application/vnd.example.sbom";
    expect(parse({ ...image, artifactType: own }, mediaTypes.ociManifest).artifactType).toBe(own);
    expect(parse(image, mediaTypes.ociManifest).artifactType).toBe(config.mediaType);
    expect(parse({ ...image, artifactType: "" }, mediaTypes.ociManifest).artifactType).toBe(config.mediaType);
  });

  test("REF-05 an index has an artifact type only if it declares one", () => {
    expect(parse({ ...index, artifactType: "a/b" }, mediaTypes.ociIndex).artifactType).toBe("a/b");
    expect(parse(index, mediaTypes.ociIndex)).not.toHaveProperty("artifactType");
  });

  test("REF-05 the configuration's media type is the artifact type only for images", () => {
    expect(parse({ config: wire(config) }, unknownType)).not.toHaveProperty("artifactType");
    expect(parse({ config: wire(config), artifactType: "a/b" }, unknownType).artifactType).toBe("a/b");
  });

  test("REF-05 an artifact type has to be a media type", () => {
    for (const artifactType of ["sbom", "a/b/c", "a/b c", 1, ["a/b"], {}]) {
      expect(refusedAt({ ...image, artifactType }, mediaTypes.ociManifest)).toBe("artifactType");
      expect(refusedAt({ ...index, artifactType }, mediaTypes.ociIndex)).toBe("artifactType");
    }
  });

  test("reports 5 REF-05 an artifact type stays unchanged, with its parameters and letter case", () => {
    const long = `a/b; c=${"d".repeat(1_000)}`;
    for (const artifactType of ["application/vnd.dev.sigstore.bundle+json;version=0.2", 'A/B ; c="d e"', long]) {
      expect(parse({ ...image, artifactType }, mediaTypes.ociManifest).artifactType).toBe(artifactType);
      expect(parse({ ...index, artifactType }, mediaTypes.ociIndex).artifactType).toBe(artifactType);
      const typed = { ...image, config: { ...image.config, mediaType: artifactType } };
      expect(parse(typed, mediaTypes.ociManifest).artifactType).toBe(artifactType);
    }
  });

  test("REF-05 SEC-02 an accepted artifact type is a media type that a filter can name", () => {
    for (const artifactType of ["a/b;\r\nX-Evil: 1", "a/b;\u00e4", " a/b", "a/b\n", `a/b;${"c".repeat(1_024)}`]) {
      expect(refusedAt({ ...image, artifactType }, mediaTypes.ociManifest)).toBe("artifactType");
    }
  });

  test("REF-05 all annotations are read, and null means none", () => {
    const annotations = { "org.example.a": "1", "": "", __proto__x: "2" };
    expect(parse({ ...image, annotations }, mediaTypes.ociManifest).annotations).toEqual(annotations);
    expect(parse({ ...index, annotations }, mediaTypes.ociIndex).annotations).toEqual(annotations);
    expect(parse({ ...image, annotations: null }, mediaTypes.ociManifest)).not.toHaveProperty("annotations");
  });

  test("M7 an annotation that is null is an empty string, as it is to Go", () => {
    const annotations = { "org.opencontainers.image.created": null, a: "b" };
    const read = { "org.opencontainers.image.created": "", a: "b" };
    expect(parse({ ...image, annotations }, mediaTypes.ociManifest).annotations).toEqual(read);
    expect(parse({ ...index, annotations }, mediaTypes.ociIndex).annotations).toEqual(read);
    const annotated = [{ ...image.layers[0], annotations }];
    expect(parse({ ...image, layers: annotated }, mediaTypes.ociManifest).blobs).toHaveLength(2);
  });

  test("REF-05 annotations have to be an object of strings", () => {
    for (const annotations of [["a"], "a", 1, { a: 1 }, { a: {} }, { a: ["b"] }]) {
      expect(refusedAt({ ...image, annotations }, mediaTypes.ociManifest)).toBe("annotations");
    }
  });
});
