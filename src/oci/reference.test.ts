import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { digestOf } from "./digest.ts";
import { parseDigest } from "./digest.ts";
import { isDigest, looksLikeDigest, parseTag, type Reference } from "./reference.ts";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
const validTag = fc
  .tuple(
    fc.constantFrom(...Array.from(letters)),
    fc.string({ unit: fc.constantFrom(...Array.from(letters), ".", "-"), minLength: 0, maxLength: 127 }),
  )
  .map(([first, rest]) => first + rest);
const anyDigest = fc
  .tuple(fc.uint8Array(), fc.constantFrom("sha256" as const, "sha512" as const))
  .map(([bytes, algorithm]) => digestOf(bytes, algorithm));

describe("tags", () => {
  test("TAG-01 accepts tags that follow the grammar, with their letter case", () => {
    fc.assert(
      fc.property(validTag, (text) => {
        expect(String(parseTag(text))).toBe(text);
      }),
    );
  });

  test("TAG-01 refuses a leading dot or dash", () => {
    fc.assert(
      fc.property(validTag, fc.constantFrom(".", "-"), (text, first) => {
        expect(parseTag(first + text.slice(1))).toBeUndefined();
      }),
    );
  });

  test("TAG-01 refuses a character outside of the alphabet anywhere", () => {
    const outside = fc.constantFrom(...Array.from(" /\\%:@~+,;\"'<>?#&=\0\t\r\n\u00e4\u0430\ud83d\ude00"));
    fc.assert(
      fc.property(validTag, outside, fc.nat(), (text, character, place) => {
        const at = place % text.length;
        expect(parseTag(text.slice(0, at) + character + text.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  test.each(["", ".", "..", "../x", "a/b", "latest\n", "latest\r\nX: y", "%6c", "a b"])("TAG-01 refuses %j", (text) => {
    expect(parseTag(text)).toBeUndefined();
  });

  test("TAG-01 LIM-04 accepts 128 characters and no more", () => {
    expect(parseTag("a".repeat(128))).toHaveLength(128);
    expect(parseTag("a".repeat(129))).toBeUndefined();
  });
});

/** Distinguishes the two like the router does. */
function parseReference(text: string): Reference | undefined {
  return looksLikeDigest(text) ? parseDigest(text) : parseTag(text);
}

describe("references", () => {
  test("TAG-03 a text with a colon is a digest", () => {
    fc.assert(
      fc.property(anyDigest, (digest) => {
        const reference = parseReference(digest);
        if (!reference) throw new Error("refused");
        expect(String(reference)).toBe(digest);
        expect(looksLikeDigest(digest)).toBe(true);
        expect(isDigest(reference)).toBe(true);
      }),
    );
  });

  test("TAG-03 a text without a colon is a tag, also if it looks like an algorithm or hexadecimal digits", () => {
    fc.assert(
      fc.property(fc.oneof(validTag, fc.constantFrom("sha256", "a1".repeat(32), "sha256-abc")), (text) => {
        const reference = parseReference(text);
        if (!reference) throw new Error("refused");
        expect(String(reference)).toBe(text);
        expect(looksLikeDigest(text)).toBe(false);
        expect(isDigest(reference)).toBe(false);
      }),
    );
  });

  test.each(["sha256:baddigeststring", "latest:", ":latest", "sha256:", "a:b:c", ":"])(
    "TAG-03 a malformed digest is not a tag: %j",
    (text) => {
      expect(looksLikeDigest(text)).toBe(true);
      expect(parseReference(text)).toBeUndefined();
    },
  );

  test("DIG-03 TAG-03 a digest of an unknown algorithm is a reference", () => {
    expect(String(parseReference("blake3:ab_c="))).toBe("blake3:ab_c=");
  });
});
