import { KiB, MiB, TiB } from "../base/units.ts";

/** Limits of `src/oci`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const ociLimits = {
  /** Characters of a repository name, with all components and slashes (NAME-02). */
  nameCharacters: 255,
  /** Characters of a digest, whatever its algorithm (LIM-04). */
  digestCharacters: 256,
  /** Characters of a media type. RFC 6838 allows 127 on each side of the slash. */
  mediaTypeCharacters: 255,
  /** Characters of a media type in a document, with its parameters. */
  mediaTypeFieldCharacters: 1_024,
  /** Characters of a host with its port. A DNS name has at most 253. */
  hostCharacters: 260,
  /**
   * Ranges of a blob in one request. containers/storage asks for this many at most; a request with more gets the
   * whole blob.
   */
  rangesInRequest: 1_024,
  /** Entity tags that are read from one header. A request's headers have no room for that number of digests. */
  entityTags: 1_024,
  /** Bytes of a manifest. The specification asks for at least 4 MiB (MPUT-16). */
  manifestBytes: 4 * MiB,
  /** Levels of nesting in the JSON of a manifest (LIM-03). */
  manifestDepth: 100,
  /** Descriptors in one manifest (LIM-02). */
  manifestReferences: 10_000,
  /**
   * Manifests up to this size are parsed where their request is answered. Larger ones are parsed one at a time in a
   * thread.
   */
  manifestReadAtOnceBytes: 64 * KiB,
  /** Signatures of one schema 1 manifest (LIM-12). */
  signaturesInManifest: 8,
  /** Errors that one response lists. The message of the last one counts the rest. */
  errorsListed: 100,
  /** Bytes of one blob. */
  blobBytes: 1 * TiB,
  /** Blobs below this size are inline: the database stores their bytes. */
  inlineBlobBytes: 16 * KiB,
  /** Seconds in the `Retry-After` header of 429 and 503. */
  retryAfterSeconds: 5,
  /** Bytes of another registry's response that is read as a whole: a manifest at most. */
  answerBytes: 4 * MiB,
} as const;
