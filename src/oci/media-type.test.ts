import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { ociLimits } from "./limits.ts";
import {
  mayBeManifest,
  isNonDistributable,
  isSameMediaType,
  isSchema1,
  manifestKind,
  mediaTypes,
  parseMediaType,
  parseMediaTypeField,
} from "./media-type.ts";

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const restrictedName = fc
  .tuple(
    fc.constantFrom(...Array.from(alphanumeric)),
    fc.string({ unit: fc.constantFrom(...Array.from(alphanumeric), ...Array.from("!#$&^_.+-")), maxLength: 126 }),
  )
  .map(([first, rest]) => first + rest);
const validType = fc.tuple(restrictedName, restrictedName).map(([type, subtype]) => `${type}/${subtype}`);

describe("the grammar", () => {
  test("accepts the restricted names of RFC 6838, unchanged", () => {
    fc.assert(
      fc.property(validType, (text) => {
        expect(String(parseMediaType(text))).toBe(text);
      }),
    );
  });

  test("accepts every type of the table", () => {
    for (const type of Object.values(mediaTypes)) expect(parseMediaType(type)).toBe(type);
  });

  test("MPUT-05 drops any parameters and the white space around the type", () => {
    const blank = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 3 });
    fc.assert(
      fc.property(validType, blank, blank, fc.string(), (type, before, after, parameters) => {
        expect(String(parseMediaType(`${before}${type}${after};${parameters}`))).toBe(type);
        expect(String(parseMediaType(`${before}${type}${after}`))).toBe(type);
      }),
    );
  });

  test("MPUT-05 the usual parameter is dropped", () => {
    expect(parseMediaType("application/vnd.oci.image.manifest.v1+json; charset=utf-8")).toBe(mediaTypes.ociManifest);
    expect(parseMediaType("application/json;charset=UTF-8")).toBe(mediaTypes.json);
  });

  test("an accepted type has no character that could end a header line or begin another value", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(validType, fc.string()).map(([type, tail]) => type + tail),
        ),
        (text) => {
          expect(parseMediaType(text) ?? "").not.toMatch(/[^!-~]|[",;]/);
        },
      ),
    );
  });

  test("refuses carriage return, line feed and other foreign characters inside of a type", () => {
    const outside = fc.constantFrom(...Array.from(" \r\n\t\0,\"'<>()[]{}:?=@\\*%|~`\u007f\u00e4\ud83d\ude00"));
    fc.assert(
      fc.property(validType, outside, fc.nat(), (text, character, place) => {
        const at = 1 + (place % (text.length - 1));
        expect(parseMediaType(text.slice(0, at) + character + text.slice(at))).toBeUndefined();
      }),
    );
  });

  test.each([
    "",
    ";",
    "/",
    "application",
    "application/",
    "/json",
    "application/json/x",
    "*/*",
    "application/*",
    "application/json, text/plain",
    "application/json\r\nX-Evil: 1",
    ".a/b",
    "a/.b",
    "a /b",
  ])("refuses %j", (text) => {
    expect(parseMediaType(text)).toBeUndefined();
  });

  test("accepts 127 characters on each side of the slash and no more", () => {
    const longest = "a".repeat(127);
    expect(parseMediaType(`${longest}/${longest}`)).toHaveLength(255);
    expect(parseMediaType(`${longest}a/b`)).toBeUndefined();
    expect(parseMediaType(`a/${longest}b`)).toBeUndefined();
  });
});

describe("reports 5 the case of letters", () => {
  test("is ignored: a type of the table gets the table's spelling, another keeps its own", () => {
    for (const type of Object.values(mediaTypes)) expect(parseMediaType(`${type.toUpperCase()}; a=b`)).toBe(type);
    expect(String(parseMediaType("Application/VND.Example+JSON"))).toBe("Application/VND.Example+JSON");
  });

  test("does not distinguish types", () => {
    const [one, other] = ["a/vnd.B", "A/Vnd.b"].map((text) => parseMediaType(text)!);
    expect(isSameMediaType(one!, other!)).toBe(true);
    expect(isSameMediaType(one!, parseMediaType("a/vnd.bc")!)).toBe(false);
  });
});

describe("a media type in a document", () => {
  test("may have parameters in printable ASCII, up to a limit, and nothing around it", () => {
    for (const text of [
      "a/b",
      "a/b;c=d",
      'a/b ; c="d;e"',
      `a/b;${"c".repeat(ociLimits.mediaTypeFieldCharacters - 4)}`,
    ]) {
      expect(String(parseMediaTypeField(text))).toBe("a/b");
    }
    const wrong = [
      " a/b",
      "a/b ",
      "a/b\n",
      "a/b;\n",
      "a/b;\u00e9",
      "a/b, c/d",
      "a",
      "",
      null,
      undefined,
      1,
      ["a/b"],
      {},
    ];
    for (const value of [...wrong, `a/b;${"c".repeat(ociLimits.mediaTypeFieldCharacters)}`]) {
      expect(parseMediaTypeField(value)).toBeUndefined();
    }
  });
});

describe("H3 media types of manifests", () => {
  test.each([
    ...Object.values(mediaTypes).filter((type) => type !== mediaTypes.octets && type !== mediaTypes.json),
    "application/vnd.oci.artifact.manifest.v1+json",
    "application/vnd.cncf.oras.artifact.manifest.v1+json",
    "application/vnd.example.thing",
    "APPLICATION/SPDX+JSON",
  ])("%s", (type) => {
    expect(mayBeManifest(parseMediaType(type)!)).toBe(true);
  });

  test.each([
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/xhtml+xml",
    "application/vnd.wap.xhtml+xml",
    "application/vnd.mozilla.xul+xml",
    "application/x+svg",
    "text/html",
    "text/plain",
    "text/x+json",
    "image/svg+xml",
    "image/x+json",
    "multipart/mixed",
    "font/vnd.a+json",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/x-tar",
    "application/pdf",
    "application/javascript",
  ])("not %s", (type) => {
    expect(mayBeManifest(parseMediaType(type)!)).toBe(false);
  });
});

describe("the meaning of a type", () => {
  test("manifestKind knows the types of OCI and Docker images and indexes, and no other type", () => {
    expect(manifestKind(mediaTypes.ociManifest)).toBe("image");
    expect(manifestKind(mediaTypes.dockerManifest)).toBe("image");
    expect(manifestKind(mediaTypes.ociIndex)).toBe("index");
    expect(manifestKind(mediaTypes.dockerList)).toBe("index");
    const { dockerSchema1, dockerSchema1Signed, octets, json } = mediaTypes;
    for (const type of [dockerSchema1, dockerSchema1Signed, octets, json]) expect(manifestKind(type)).toBeUndefined();
  });

  test("schema 1 is recognized in both of its spellings", () => {
    const schema1 = Object.values(mediaTypes).filter(isSchema1);
    expect(schema1).toEqual([mediaTypes.dockerSchema1, mediaTypes.dockerSchema1Signed]);
  });

  test.each([
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    "application/vnd.Docker.Image.Rootfs.FOREIGN.diff.tar.gzip",
  ])("MPUT-12 %s need not be pushed", (type) => {
    expect(isNonDistributable(type)).toBe(true);
  });

  test.each([
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.example.foreigner.v1",
    "application/vnd.oci.empty.v1+json",
  ])("MPUT-12 %s must be pushed", (type) => {
    expect(isNonDistributable(type)).toBe(false);
  });
});
