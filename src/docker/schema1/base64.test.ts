import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { dockerLimits } from "../limits.ts";
import { decodeBase64, decodeBase64Url } from "./base64.ts";

const anyBytes = fc.uint8Array({ maxLength: 200 });

describe("base64url", () => {
  test("any bytes are decoded, with padding and without", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = Buffer.from(bytes).toString("base64url");
        const padded = text.padEnd(Math.ceil(text.length / 4) * 4, "=");
        for (const spelling of [text, padded, ` ${text}\n`, padded.split("").join("\n ")]) {
          expect(decodeBase64Url(spelling)).toEqual(Buffer.from(bytes));
        }
      }),
    );
  });

  test.each([
    "A",
    "AAAAA",
    "AB",
    "AAB",
    "AA=",
    "AAA==",
    "AA===",
    "AAAA=",
    "=",
    "====",
    "A=A=",
    "+/",
    "AA\r\n",
    "AA\t",
    "ÄÄ",
  ])("is refused: %j", (text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });

  test("a value that is not a text, or too long, is refused", () => {
    for (const value of [undefined, null, 5, ["AA"], {}]) expect(decodeBase64Url(value)).toBeUndefined();
    const most = dockerLimits.signatureTextCharacters;
    expect(decodeBase64Url("A".repeat(most))).toHaveLength((most / 4) * 3);
    expect(decodeBase64Url("A".repeat(most + 4))).toBeUndefined();
  });
});

describe("base64", () => {
  test("any bytes up to the limit are decoded", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(decodeBase64(text, bytes.length)).toEqual(Buffer.from(bytes));
        if (bytes.length > 0) expect(decodeBase64(text, bytes.length - 1)).toBeUndefined();
      }),
    );
  });

  test.each(["AA", "AAA", "AB==", "AAB=", "-_==", "AAAA\n", " AAAA", "AA==AA==", "=", 5, null])(
    "is refused: %j",
    (text) => {
      expect(decodeBase64(text, 100)).toBeUndefined();
    },
  );
});
