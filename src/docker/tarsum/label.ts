/**
 * Which fields of an entry count: `0` those of the header with its time, `1` extended attributes in place of the time.
 */
export type TarsumVersion = 0 | 1;

/** A parsed tarsum: the digest of a layer's files and their attributes, with which Docker named layers until 2015. */
export interface TarsumLabel {
  readonly version: TarsumVersion;
  readonly algorithm: "sha256" | "sha512";
  /** Lower-case hexadecimal digits. */
  readonly hex: string;
}

const grammar = /^tarsum(?:\.(v1|dev))?\+(?:(sha256):([0-9a-f]{64})|(sha512):([0-9a-f]{128}))$/;

/**
 * Parses a tarsum; undefined if the text is not a tarsum that can be verified. `dev` counts as version 1, which it
 * became.
 */
export function parseTarsum(text: string): TarsumLabel | undefined {
  const match = grammar.exec(text);
  if (!match) return undefined;
  const [, label, narrow, narrowHex, , wideHex] = match;
  return {
    version: label === undefined ? 0 : 1,
    algorithm: narrow === undefined ? "sha512" : "sha256",
    hex: narrowHex ?? wideHex!,
  };
}

/** True if a digest is a tarsum, also of an unknown version or algorithm. */
export function isTarsum(digest: string): boolean {
  return /^tarsum[.+]/.test(digest);
}
