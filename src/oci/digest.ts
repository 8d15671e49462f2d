import { createHash, hash, type Hash } from "node:crypto";
import type { Branded } from "../base/brand.ts";
import { ociLimits } from "./limits.ts";

/**
 * A digest in the form `algorithm:encoded` (image-spec "Digests"). The hexadecimal part of a registered algorithm has
 * its exact length and is lower case.
 */
export type Digest = Branded<"Digest">;

/**
 * The registered algorithms whose content this registry can verify, with the length of their hexadecimal part (DIG-01,
 * DIG-02).
 */
export const algorithms = { sha256: 64, sha512: 128 } as const;
/** The name of a verifiable algorithm. */
export type Algorithm = keyof typeof algorithms;

const component = "[a-z0-9]+";
const registered = Object.entries(algorithms).map(([name, length]) => `${name}:[0-9a-f]{${length}}`);
const other = `(?!(?:${Object.keys(algorithms).join("|")}):)${component}(?:[+._-]${component})*:[a-zA-Z0-9=_-]+`;
/** The grammar of digests in image-spec "Digests", as a regular expression. The API reference publishes it too. */
export const digestPattern = `^(?:${[...registered, other].join("|")})$`;
const grammar = new RegExp(digestPattern);

/** Parses the name of a verifiable algorithm; undefined for any other text. */
export function parseAlgorithm(text: string): Algorithm | undefined {
  return Object.hasOwn(algorithms, text) ? (text as Algorithm) : undefined;
}

/**
 * Parses a digest; undefined if it is malformed. It accepts every well-formed digest, also of algorithms that this
 * registry cannot verify (DIG-03).
 */
export function parseDigest(text: string): Digest | undefined {
  if (text.length > ociLimits.digestCharacters || !grammar.test(text)) return undefined;
  return text as Digest;
}

/** What is before the colon. Digests with the same prefix are computed in the same way. */
export function prefixOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(":"));
}

/** The algorithm of a digest; undefined if this registry cannot verify it. */
export function algorithmOf(digest: Digest): Algorithm | undefined {
  return parseAlgorithm(prefixOf(digest));
}

/** The part of a digest after the colon. */
export function encodedOf(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** Computes the digest of bytes. */
export function digestOf(bytes: Uint8Array, algorithm: Algorithm = "sha256"): Digest {
  return `${algorithm}:${hash(algorithm, bytes, "hex")}` as Digest;
}

/** Computes the digest of bytes that arrive in pieces. Reading the digest does not end it: more bytes may follow. */
export class Digester {
  readonly algorithm: Algorithm;
  readonly #hash: Hash;

  constructor(algorithm: Algorithm) {
    this.algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Digest {
    return `${this.algorithm}:${this.#hash.copy().digest("hex")}` as Digest;
  }
}
