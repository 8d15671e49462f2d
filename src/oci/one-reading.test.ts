/**
 * Tests that an accepted document has one reading: Lading's reading is that of clients written in Go, and null means
 * the same as absence.
 */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { readAsGo, spellings, type GoDescriptor, type GoManifest } from "../../test/support/go-reader.ts";
import { digestOf } from "./digest.ts";
import { RegistryError } from "./errors.ts";
import { parseManifest, type Manifest } from "./manifest.ts";
import { mediaTypes, parseMediaType, type MediaType } from "./media-type.ts";
import { readDocument } from "../docker/schema1/document.ts";

const encoder = new TextEncoder();

const child = descriptorOf("child", mediaTypes.ociManifest);
const platform = {
  architecture: "arm64",
  os: "linux",
  "os.version": "6.1",
  "os.features": ["win32k"],
  variant: "v8",
  features: ["sse4"],
};
const everything = {
  urls: [] as string[],
  annotations: { Digest: "free", layers: "free" },
  data: "e30=",
  artifactType: "application/vnd.example+json",
  platform,
};
const common = { annotations: { SchemaVersion: "free" }, subject: child, artifactType: "application/vnd.example+json" };
const image = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociManifest,
  config: { ...descriptorOf("config", "application/vnd.oci.image.config.v1+json"), ...everything },
  layers: [descriptorOf("one", "a/layer"), { ...descriptorOf("two", "a/layer"), ...everything }],
  ...common,
};
const index = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociIndex,
  manifests: [{ ...child, ...everything }, descriptorOf("other", mediaTypes.dockerManifest)],
  ...common,
};
const artifact = { mediaType: "application/vnd.oci.artifact.manifest.v1+json", blobs: image.layers, ...common };

function descriptorOf(seed: string, mediaType: string) {
  return { mediaType, digest: digestOf(encoder.encode(seed)) as string, size: seed.length };
}

function read(text: string, declared?: MediaType): Manifest | RegistryError {
  try {
    return parseManifest(encoder.encode(text), declared);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    expect(error.failure).toBe("MANIFEST_INVALID");
    return error;
  }
}

describe("M7 a key that clients in Go read as a field, and others do not", () => {
  /** Every place of every document at which a field can be: the path of an object, and the field. */
  const places = Object.entries({ image, index, artifact }).flatMap(([kind, document]) =>
    objectsIn(document).flatMap(({ at, object }) =>
      Object.keys(object).map((field) => ({ kind, document, at, field })),
    ),
  );

  test.each(places)("is refused: $field in $kind $at", ({ document, at, field }) => {
    const mixed = field.slice(0, -1) + field.slice(-1).toUpperCase();
    for (const key of [field.toUpperCase(), mixed, withLongS(field), withKelvin(field)]) {
      if (key === field) continue;
      const values = [objectAt(document, at)[field], null, "", []];
      // Alone, the key means something to Go and nothing to other readers. Next to the field, it means something else
      // to them.
      for (const rename of [true, false]) {
        for (const value of values) {
          const text = JSON.stringify(changed(document, at, field, key, value, rename));
          const refused = read(text);
          expect(refused).toBeInstanceOf(RegistryError);
          const place = at === "" ? key : `${at}.${key}`;
          expect((refused as RegistryError).message).toStartWith(`${place} is read as "${field}" by clients`);
        }
      }
    }
  });

  test("is refused in each of its spellings, escaped or not, and in documents of any type", () => {
    const fields = ["layers", "config", "mediaType", "manifests", "subject", "blobs", "fsLayers", "schemaVersion"];
    const types = [undefined, mediaTypes.ociManifest, mediaTypes.json, "application/vnd.example+json" as MediaType];
    fc.assert(
      fc.property(
        fc.constantFrom(...fields).chain((field) => spellingsOf(field).map((key) => ({ field, key }))),
        fc.boolean(),
        fc.constantFrom(...types),
        ({ field, key }, escaped, declared) => {
          fc.pre(key !== field);
          const written = escaped ? spell(key) : JSON.stringify(key);
          const { mediaType: _, ...untyped } = image;
          const text = `{${written}:[],${JSON.stringify(untyped).slice(1)}`;
          expect((read(text, declared) as RegistryError).message).toStartWith(`${key} is read as "${field}"`);
        },
      ),
    );
  });

  test.each([
    ["in annotations", { ...image, annotations: { Layers: "", layers: "", LAYERS: "" } }],
    ["in annotations of a descriptor", { ...image, layers: [{ ...image.layers[0], annotations: { Digest: "" } }] }],
    ["in other members", { ...image, "org.example": { Layers: [], Config: { Digest: 1 } } }],
    ["if it only resembles a field", { ...image, layer: [], "layers ": [], "media-type": "", Layer: [], config2: {} }],
    ["of a platform, in a descriptor", { ...image, layers: [{ ...image.layers[0], OS: "linux", Variant: "v8" }] }],
    ["of schema 1 in an OCI manifest", { ...image, Name: "a", Tag: "b", Architecture: "c" }],
  ])("is allowed %s", (_, document) => {
    expect(read(JSON.stringify(document))).toMatchObject({ mediaType: mediaTypes.ociManifest });
  });
});

describe("for any document", () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, "", [], {}, 0, 2, true, "text", "e30=", [null], [""], { a: "b" }, { a: null }),
    fc.constantFrom<unknown>(image.config, image.layers, child, platform, mediaTypes.ociIndex, mediaTypes.ociManifest),
    fc.constantFrom<unknown>(new Literal("2.0"), new Literal("2e0"), new Literal("5.5"), new Literal("-0")),
  );
  const change = fc.record({
    place: fc.nat(),
    field: fc.nat(),
    what: fc.constantFrom("replace", "remove", "add before", "add after", "rename"),
    value,
    key: fc.constantFrom("itself", "upper", "escaped", "long s", "free"),
  });

  test("M7 MPUT-10 SEC-06 Lading's reading is that of Go, or the document is refused", () => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(
        fc.constantFrom<object>(image, index),
        fc.constantFrom(undefined, mediaTypes.ociManifest, mediaTypes.ociIndex, mediaTypes.json),
        fc.array(change, { maxLength: 3 }),
        (document, declared, changes) => {
          const text = changes.reduce(apply, textOf(document));
          const ours = read(write(text), declared);
          if (ours instanceof RegistryError) {
            refused += 1;
            return;
          }
          taken += 1;
          expectSame(ours, readAsGo(write(text)));
        },
      ),
      { numRuns: 3_000 },
    );
    // Each outcome occurs often.
    expect(taken).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(300);
  });

  test.each([
    ["a size with a fraction", JSON.stringify(image).replace('"size":6', '"size":6.0')],
    ["a size with an exponent", JSON.stringify(image).replace('"size":6', '"size":6e0')],
    ["a schemaVersion with a fraction", JSON.stringify(image).replace('"schemaVersion":2', '"schemaVersion":2.0')],
    ["a variant that is a number", JSON.stringify(image).replace('"v8"', "8")],
    ["annotations of a layer that hold a number", JSON.stringify(image).replace('"Digest":"free"', '"Digest":8')],
    ["data that is not base64", JSON.stringify(image).replace('"e30="', '"e30"')],
  ])("L24 a document that no client in Go can read is refused: %s", (_, text) => {
    expect(text).not.toBe(JSON.stringify(image));
    expect(readAsGo(text)).toBeUndefined();
    expect(read(text)).toBeInstanceOf(RegistryError);
  });

  test("numbers with a fraction are allowed outside of known fields", () => {
    const text = JSON.stringify(image).replace("{", '{"org.example.ratio":0.5,"other":{"size":1.5e3},');
    expect(read(text)).toEqual(read(JSON.stringify(image)));
  });

  test("keys that differ in halves of surrogate pairs are one key to Go, and refused", () => {
    const text = JSON.stringify({ ...image, annotations: {} }).replace("{}", '{"\\ud800":"a","\\ud801":"b"}');
    expect((read(text) as RegistryError).message).toContain("duplicate key");
  });
});

describe("null and absence are the same", () => {
  const documents: Readonly<Record<string, readonly [document: object, type: MediaType]>> = {
    "an OCI manifest": [image, mediaTypes.ociManifest],
    "a Docker manifest": [{ ...image, mediaType: mediaTypes.dockerManifest }, mediaTypes.dockerManifest],
    "an OCI index": [index, mediaTypes.ociIndex],
    "a Docker manifest list": [{ ...index, mediaType: mediaTypes.dockerList }, mediaTypes.dockerList],
    "an artifact manifest": [artifact, parseMediaType(artifact.mediaType)!],
  };
  const otherKinds = ["config", "layers", "manifests", "fsLayers", "history", "blobs", "signatures"];
  const places = Object.entries(documents).flatMap(([kind, [document, type]]) => {
    const own = objectsIn(document).flatMap(({ at, object }) => Object.keys(object).map((field) => ({ at, field })));
    const foreign = otherKinds.filter((field) => !(field in document)).map((field) => ({ at: "", field }));
    return own.concat(foreign).map(({ at, field }) => ({ kind, document, type, at, field }));
  });

  test.each(places)("of $field in $kind $at", ({ document, type, at, field }) => {
    const [absent, isNull] = [undefined, null].map((value) =>
      outcome(JSON.stringify(changed(document, at, field, field, value, false)), type),
    );
    expect(isNull!).toEqual(absent!);
  });

  const empty: Readonly<Record<string, unknown>> = {
    mediaType: "",
    artifactType: "",
    data: "",
    urls: [],
    annotations: {},
    platform: {},
    "os.features": [],
    features: [],
    blobs: [],
  };
  test.each(places.filter(({ field }) => field in empty))(
    "and so are empty values of $field in $kind $at",
    ({ document, type, at, field }) => {
      const [absent, isEmpty] = [undefined, empty[field]].map((value) =>
        outcome(JSON.stringify(changed(document, at, field, field, value, false)), type),
      );
      expect(isEmpty!).toEqual(absent!);
    },
  );

  const schema1 = {
    schemaVersion: 1,
    mediaType: mediaTypes.dockerSchema1Signed,
    name: "library/hello",
    tag: "latest",
    architecture: "amd64",
    fsLayers: [{ blobSum: child.digest }],
    history: [{ v1Compatibility: "{}" }],
  };
  const fields = [...Object.keys(schema1), "config", "layers", "manifests", "annotations"];
  test.each(fields)("of %s in a manifest of schema 1", (field) => {
    const { [field]: _, ...rest } = schema1 as Record<string, unknown>;
    expect(readDocument({ ...rest, [field]: null })).toEqual(readDocument(rest));
  });

  test.each([
    ["fsLayers", "blobSum"],
    ["history", "v1Compatibility"],
  ])("of an element of %s in a manifest of schema 1", (list, field) => {
    expect(readDocument({ ...schema1, [list]: [{ [field]: null }] })).toEqual(
      readDocument({ ...schema1, [list]: [{}] }),
    );
  });

  function outcome(text: string, type: MediaType) {
    const found = read(text, type);
    return found instanceof RegistryError ? found.message : found;
  }
});

// Helpers that change documents.

/** The objects of a document whose keys are fields, by their paths. */
function objectsIn(value: unknown, at = ""): { at: string; object: Record<string, unknown> }[] {
  if (Array.isArray(value)) return value.flatMap((item, place) => objectsIn(item, `${at}[${place}]`));
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value)
    .filter(([key]) => key !== "annotations")
    .flatMap(([key, member]) => objectsIn(member, at === "" ? key : `${at}.${key}`));
  return [{ at, object: value as Record<string, unknown> }, ...inside];
}

function objectAt(document: object, at: string): Record<string, unknown> {
  return objectsIn(document).find((found) => found.at === at)!.object;
}

/** A copy with an additional key or a renamed field. The value undefined removes the field. */
function changed(document: object, at: string, field: string, key: string, value: unknown, rename: boolean): object {
  const copy = JSON.parse(JSON.stringify(document)) as object;
  const object = objectAt(copy, at);
  if (rename) delete object[field];
  object[key] = value;
  return copy;
}

function withLongS(field: string): string {
  return field.replace(/s/i, "\u017f");
}

function withKelvin(field: string): string {
  return field.replace(/k/i, "\u212a");
}

function spellingsOf(field: string): fc.Arbitrary<string> {
  return fc
    .tuple(...Array.from(field).map((character) => fc.constantFrom(...spellings(character))))
    .map((all) => all.join(""));
}

function spell(key: string): string {
  const units = Array.from({ length: key.length }, (_, at) => key.charCodeAt(at).toString(16).padStart(4, "0"));
  return `"${units.map((unit) => `\\u${unit}`).join("")}"`;
}

/** A number in its written form. */
class Literal {
  readonly literal: string;
  constructor(literal: string) {
    this.literal = literal;
  }
}

/** A document whose members can be duplicates and are written unchanged: keys are JSON text. */
type Text = Literal | string | null | boolean | readonly Text[] | { members: (readonly [key: string, value: Text])[] };

function textOf(value: unknown): Text {
  if (typeof value === "number") return new Literal(String(value));
  if (value instanceof Literal || typeof value !== "object" || value === null) return value as Text;
  if (Array.isArray(value)) return value.map(textOf);
  return { members: Object.entries(value).map(([key, member]) => [JSON.stringify(key), textOf(member)] as const) };
}

function write(text: Text): string {
  if (text instanceof Literal) return text.literal;
  if (typeof text !== "object" || text === null) return JSON.stringify(text);
  if (Array.isArray(text)) return `[${(text as readonly Text[]).map(write).join()}]`;
  const { members } = text as { members: (readonly [string, Text])[] };
  return `{${members.map(([key, value]) => `${key}:${write(value)}`).join()}}`;
}

interface Change {
  readonly place: number;
  readonly field: number;
  readonly what: string;
  readonly value: unknown;
  readonly key: string;
}

function apply(text: Text, { place, field, what, value, key }: Change): Text {
  const copy = structuredCopy(text);
  const objects = membersIn(copy);
  const members = objects[place % objects.length]!;
  if (members.length === 0) return copy;
  const at = field % members.length;
  const [old, kept] = members[at]!;
  const added = [otherKey(old, key), textOf(value)] as const;
  if (what === "remove") members.splice(at, 1);
  else if (what === "replace") members[at] = [old, textOf(value)];
  else if (what === "rename") members[at] = [added[0], kept];
  else members.splice(what === "add before" ? 0 : members.length, 0, added);
  return copy;
}

function otherKey(written: string, how: string): string {
  const key = JSON.parse(written) as string;
  if (how === "upper") return JSON.stringify(key.toUpperCase());
  if (how === "escaped") return spell(key);
  if (how === "long s") return JSON.stringify(withLongS(key));
  return how === "free" ? '"org.example.free"' : written;
}

function structuredCopy(text: Text): Text {
  if (text instanceof Literal || typeof text !== "object" || text === null) return text;
  if (Array.isArray(text)) return text.map(structuredCopy);
  const { members } = text as { members: (readonly [string, Text])[] };
  return { members: members.map(([key, value]) => [key, structuredCopy(value)] as const) };
}

function membersIn(text: Text): (readonly [string, Text])[][] {
  if (text instanceof Literal || typeof text !== "object" || text === null) return [];
  if (Array.isArray(text)) return text.flatMap(membersIn);
  const { members } = text as { members: (readonly [string, Text])[] };
  return [members, ...members.flatMap(([, value]) => membersIn(value))];
}

/** Compares everything that the registry uses. */
function expectSame(ours: Manifest, go: GoManifest | undefined): void {
  if (!go) throw new Error("Go reads no manifest from it");
  const isImage = go.config !== undefined;
  const blobs = isImage ? [go.config, ...(go.layers ?? [])] : [];
  expect(ours.blobs.map(({ digest }) => String(digest))).toEqual(blobs.map(digestOfGo));
  expect(ours.manifests.map(({ digest }) => String(digest))).toEqual((go.manifests ?? []).map(digestOfGo));
  expect(ours.manifests.map(({ size }) => BigInt(size))).toEqual((go.manifests ?? []).map(({ size }) => size!));
  expect(ours.subject && String(ours.subject.digest)).toEqual(go.subject?.digest);
  expect(ours.artifactType).toEqual(go.artifactType || (isImage ? go.config?.mediaType : undefined));
  expect({ ...ours.annotations }).toEqual({ ...go.annotations });
  if (go.mediaType) expect(parseMediaType(go.mediaType)).toBe(ours.mediaType);
}

function digestOfGo({ digest }: GoDescriptor): string {
  return digest ?? "";
}
