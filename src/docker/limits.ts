import { KiB, MiB } from "../base/units.ts";

/** Limits of `src/docker`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const dockerLimits = {
  /** Entries of a layer for which a tarsum is computed. Each takes some 2 KiB of memory meanwhile. */
  tarEntries: 200_000,
  /** Bytes of one extended tar header with long names and attributes, in a layer for which a tarsum is computed. */
  tarExtensionBytes: 1 * MiB,
  /** Characters of one base64 text in a signature. An RSA key of 8,192 bits takes 1,366. */
  signatureTextCharacters: 2_048,
  /** Bytes after the last field of a signed payload. libtrust writes one or two. */
  signatureTailBytes: 64,
  /** Bytes of a schema 1 manifest with all of its signatures, which are verified again when one is added. */
  signedManifestBytes: 1 * MiB,
  /**
   * Steps in the history of an image that is converted to schema 1. Each becomes a layer; clients of that time took
   * 127.
   */
  convertedSteps: 500,
  /** Bytes of indentation in each line of a schema 1 manifest. Go registries write three spaces. */
  signatureIndentBytes: 16,
  /** Bytes of the JSON web key in one signature. An RSA key of 8,192 bits takes some 1,500. */
  signatureKeyBytes: 8 * KiB,
  /** Certificates in the chain of one signature (LIM-12). */
  certificatesInSignature: 8,
  /** Bytes of one certificate in a signature. */
  certificateBytes: 16 * KiB,
  /** Bits of an RSA key that signs a manifest, at least: fewer prove nothing. */
  rsaBitsLeast: 2_048,
  /** Bits of an RSA key that signs a manifest, at most: more take too long to verify. */
  rsaBitsMost: 8_192,
} as const;
