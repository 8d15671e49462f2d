import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { isFault, parseDescriptor, type Descriptor } from "./descriptor.ts";
import { digestOf } from "./digest.ts";

const digest = digestOf(new Uint8Array());
const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest, size: 7 };

function accepted(value: unknown): Descriptor {
  const parsed = parseDescriptor(value);
  if (isFault(parsed)) throw new Error(`refused: ${parsed.at} ${parsed.reason}`);
  return parsed;
}

/** The place of the fault in a refused value. If the value is accepted, the test fails. */
function faultAt(value: unknown): string {
  const parsed = parseDescriptor(value);
  if (!isFault(parsed)) throw new Error("accepted");
  expect(parsed.reason).not.toBe("");
  return parsed.at;
}

describe("a descriptor", () => {
  test("is its media type, digest and size", () => {
    expect(accepted(layer)).toEqual({ ...layer, foreign: false } as Descriptor);
  });

  test("may have further fields, also ones of later specifications", () => {
    const more = { data: "e30=", annotations: { a: "b" }, platform: { os: "linux" }, artifactType: "x/y", extra: [1] };
    expect(accepted({ ...layer, ...more })).toEqual({ ...layer, foreign: false } as Descriptor);
  });

  test("DIG-03 may have a digest of an algorithm that this registry cannot verify", () => {
    expect(String(accepted({ ...layer, digest: "blake3:AF_13=" }).digest)).toBe("blake3:AF_13=");
  });

  test("MPUT-14 may have any media type", () => {
    expect(String(accepted({ ...layer, mediaType: "text/x-never-heard-of" }).mediaType)).toBe("text/x-never-heard-of");
  });

  test("has a size from zero to the largest exact number", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (size) => {
        expect(accepted({ ...layer, size }).size).toBe(size);
      }),
      { examples: [[0], [Number.MAX_SAFE_INTEGER]] },
    );
  });
});

describe("MPUT-12 content that need not be in the registry", () => {
  test("is elsewhere according to its urls", () => {
    expect(accepted({ ...layer, urls: ["https://elsewhere.example/layer"] }).foreign).toBe(true);
  });

  test("must not be distributed according to its media type", () => {
    const mediaType = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
    expect(accepted({ ...layer, mediaType }).foreign).toBe(true);
    expect(accepted({ ...layer, mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" }).foreign).toBe(
      true,
    );
  });

  test("is not marked by an empty list of urls", () => {
    expect(accepted({ ...layer, urls: [] }).foreign).toBe(false);
  });
});

describe("not a descriptor", () => {
  test("is anything but an object", () => {
    for (const value of [undefined, null, true, 1, digest, [], [layer]]) expect(faultAt(value)).toBe("");
  });

  test.each(["mediaType", "digest", "size"] as const)("lacks its %s or has null there", (field) => {
    const { [field]: _, ...rest } = layer;
    expect(faultAt(rest)).toBe(`.${field}`);
    expect(faultAt({ ...layer, [field]: null })).toBe(`.${field}`);
  });

  test.each([
    ["mediaType", ["", "layer", "a/b/c", "a/b\r\nc", "*/*", 1, ["a/b"], {}]],
    ["digest", ["", "latest", `${digest}0`, digest.toUpperCase(), "sha256:../../x", `x:${"a".repeat(255)}`, 1, {}]],
    ["size", [-1, 0.5, 2 ** 53, Number.POSITIVE_INFINITY, Number.NaN, "7", true, [7]]],
    ["urls", ["https://elsewhere.example", {}, [1], ["https://elsewhere.example", null], true, "", 0, false]],
    ["annotations", ["", "a", 0, [], { a: 1 }, { a: {} }, { a: ["b"] }]],
    ["data", [0, "e30", "e30", "e3==0", "*", [101], {}]],
    ["artifactType", [0, [], {}, false]],
    ["platform", ["", "linux/amd64", 0, [], false]],
  ] as const)("has a %s like these", (field, values) => {
    for (const value of values) expect(faultAt({ ...layer, [field]: value })).toBe(`.${field}`);
  });

  test.each([
    ["architecture", [0, [], {}]],
    ["os", [0, [], {}]],
    ["os.version", [10, ["10"]]],
    ["os.features", ["win32k", [1], {}]],
    ["variant", [8, ["v8"]]],
    ["features", ["sse4", [null]]],
  ] as const)("has a platform whose %s is like these", (field, values) => {
    for (const value of values) {
      expect(faultAt({ ...layer, platform: { os: "linux", [field]: value } })).toBe(`.platform.${field}`);
    }
  });

  test("is reported as a fault for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isFault(parseDescriptor(value))).toBe(true);
      }),
    );
  });
});
