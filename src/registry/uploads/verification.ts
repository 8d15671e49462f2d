import type { Sender } from "../../base/sender.ts";
import { algorithmOf, prefixOf, type Algorithm, type Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { isSupported, kindOfAlias, type DigestKind } from "../content/digest-kind.ts";
import type { VerifiedDigests } from "../content/blob-commit.ts";
import type { RunningHash } from "../hashing/running-hash.ts";
import type { HashSource, RunningHashes } from "../hashing/running-hashes.ts";

/** The bytes of a session and their running hash. */
export interface Hashed {
  readonly hash: RunningHash;
  readonly source: HashSource;
}

/** `Verification` compares the digests that a client sends with the bytes of its upload session. */
export class Verification {
  readonly #hashes: RunningHashes;
  readonly #kinds: readonly DigestKind[];

  constructor(hashes: RunningHashes, kinds: readonly DigestKind[]) {
    this.#hashes = hashes;
    this.#kinds = kinds;
  }

  /** Throws if a digest cannot be verified. It runs before any bytes are read. */
  requireSupported(digests: readonly Digest[]): void {
    for (const digest of digests) {
      if (!isSupported(this.#kinds, digest)) throw new RegistryError("DIGEST_UNSUPPORTED", { detail: { digest } });
    }
  }

  /**
   * Verifies every digest that the client sent. If all of them are aliases, the result begins with the digest by the
   * session's algorithm. Throws DIGEST_MISMATCH if the bytes do not match one of them, and the errors of
   * `DigestKind.compute`.
   */
  async digests({ hash, source }: Hashed, given: readonly Digest[], sender?: Sender): Promise<VerifiedDigests> {
    const own = await hash.digest();
    const plain = given.filter((digest) => algorithmOf(digest));
    const aliases = given.filter((digest) => !algorithmOf(digest));
    const actual = new Map<string, Digest>([[prefixOf(own), own]]);
    for (const digest of plain) {
      const prefix = prefixOf(digest);
      if (actual.has(prefix)) continue;
      actual.set(prefix, await this.#hashes.digest(source, algorithmOf(digest) as Algorithm));
    }
    // Plain hashes are checked first, because the check is cheap.
    requireActual(
      plain,
      plain.map((digest) => actual.get(prefixOf(digest))!),
      source.length,
    );
    for (const [kind, wanted] of Map.groupBy(aliases, (digest) => kindOfAlias(this.#kinds, digest)!)) {
      requireActual(wanted, await kind.compute(source, wanted, sender), source.length);
    }
    const [first = own, ...others] = new Set(plain);
    return { digests: [first, ...others], aliases };
  }
}

function requireActual(given: readonly Digest[], actual: readonly Digest[], size: number): void {
  for (const [at, digest] of given.entries()) {
    if (actual[at] === digest) continue;
    throw new RegistryError("DIGEST_MISMATCH", { detail: { digest, actual: actual[at], size } });
  }
}
