import { describe, expect, test } from "bun:test";
import { parseDigest } from "../../oci/digest.ts";
import { isTarsum, parseTarsum } from "./label.ts";

const hex = "0123456789abcdef".repeat(4);

describe("labels of tarsums", () => {
  test("version 0 has no name, version 1 is v1 or dev", () => {
    expect(parseTarsum(`tarsum+sha256:${hex}`)).toEqual({ version: 0, algorithm: "sha256", hex });
    expect(parseTarsum(`tarsum.v1+sha256:${hex}`)).toEqual({ version: 1, algorithm: "sha256", hex });
    expect(parseTarsum(`tarsum.dev+sha512:${hex}${hex}`)).toEqual({ version: 1, algorithm: "sha512", hex: hex + hex });
  });

  test.each([
    `tarsum.v2+sha256:${hex}`,
    `tarsum+md5:${hex}`,
    `tarsum+sha256:${hex.toUpperCase()}`,
    `tarsum+sha256:${hex}00`,
    `tarsum+sha512:${hex}`,
    `tarsum:sha256:${hex}`,
    `xtarsum+sha256:${hex}`,
    `sha256:${hex}`,
    "tarsum+sha256:",
  ])("an unverifiable tarsum is not parsed: %s", (text) => {
    expect(parseTarsum(text)).toBeUndefined();
  });

  test("a tarsum is a digest in the grammar of today", () => {
    for (const text of [`tarsum+sha256:${hex}`, `tarsum.v1+sha256:${hex}`, `tarsum.dev+foo:abcdef0919234`]) {
      expect(String(parseDigest(text))).toBe(text);
      expect(isTarsum(text)).toBe(true);
    }
    expect(isTarsum(`sha256:${hex}`)).toBe(false);
    expect(isTarsum("tarsums+sha256:ab")).toBe(false);
  });
});
