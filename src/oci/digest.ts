import { createHash, hash, type Hash } from "node:crypto";
import type { Branded } from "../base/brand.ts";
import { ociLimits } from "./limits.ts";

/** `algorithm:encoded` (image-spec "Digests"). A registered algorithm's hexadecimal part has its exact length and is lower case. */
export type Digest = Branded<"Digest">;

/** Registered algorithms whose content this registry can verify, with the length of their hexadecimal part (DIG-01, DIG-02). */
export const algorithms = { sha256: 64, sha512: 128 } as const;
export type Algorithm = keyof typeof algorithms;

const component = "[a-z0-9]+";
const registered = Object.entries(algorithms).map(([name, length]) => `${name}:[0-9a-f]{${length}}`);
const other = `(?!(?:${Object.keys(algorithms).join("|")}):)${component}(?:[+._-]${component})*:[a-zA-Z0-9=_-]+`;
/** The grammar of image-spec "Digests"; also published in the API reference. */
export const digestPattern = `^(?:${[...registered, other].join("|")})$`;
const grammar = new RegExp(digestPattern);

export function parseAlgorithm(text: string): Algorithm | undefined {
  return Object.hasOwn(algorithms, text) ? (text as Algorithm) : undefined;
}

/** Accepts every well-formed digest, also of algorithms that this registry cannot verify (DIG-03). */
export function parseDigest(text: string): Digest | undefined {
  if (text.length > ociLimits.digestCharacters || !grammar.test(text)) return undefined;
  return text as Digest;
}

/** The algorithm of a digest that this registry can verify; undefined for one that it only passes on. */
export function algorithmOf(digest: Digest): Algorithm | undefined {
  return parseAlgorithm(digest.slice(0, digest.indexOf(":")));
}

/** The part after the colon. */
export function encodedOf(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

export function digestOf(bytes: Uint8Array, algorithm: Algorithm = "sha256"): Digest {
  return `${algorithm}:${hash(algorithm, bytes, "hex")}` as Digest;
}

/** The digest of bytes that come in pieces. Asking for it does not end it: more bytes may follow. */
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
