import { limits } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { algorithmOf, type Algorithm, type Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { isTarsum, parseTarsum } from "../oci/tarsum/label.ts";
import { TarError } from "../oci/tarsum/tar-header.ts";
import type { RunningHashes } from "./running-hashes.ts";
import type { RegistryOptions } from "./services.ts";
import type { SessionBytes } from "./session-bytes.ts";
import type { OpenSession } from "./sessions.ts";
import { readTarsum } from "./tarsum-reader.ts";
import type { Layer } from "./tarsums.ts";

/** What the bytes of a session were found to be called. */
export interface Names {
  /** At least one. */
  readonly digests: readonly [Digest, ...Digest[]];
  readonly tarsums: readonly Digest[];
}

/** Holds what a sender says of its bytes against the bytes. */
export class Verification {
  readonly #hashes: RunningHashes;
  readonly #legacy: boolean;
  readonly #tarsums = new Semaphore(limits.concurrentTarsums);

  constructor(hashes: RunningHashes, { legacy }: RegistryOptions) {
    this.#hashes = hashes;
    this.#legacy = legacy;
  }

  /** Refuses digests that nobody could hold against bytes; before any of those are taken. */
  requireSupported(digests: readonly Digest[]): void {
    for (const digest of digests) {
      if (algorithmOf(digest) || (this.#legacy && parseTarsum(digest))) continue;
      throw new RegistryError("DIGEST_UNSUPPORTED", { detail: { digest } });
    }
  }

  /**
   * Every digest that was given, as a name of the bytes; where all of them are tarsums, that of the session's own algorithm
   * comes first. Throws DIGEST_MISMATCH where one of them is not theirs.
   */
  async names(open: OpenSession, given: readonly Digest[]): Promise<Names> {
    const own = await open.hash.digest();
    const actual = new Map<string, Digest>([[kindOf(own), own]]);
    for (const digest of given) {
      const kind = kindOf(digest);
      const computed = actual.get(kind) ?? (await this.#compute(open, digest));
      actual.set(kind, computed);
      if (computed !== digest) throw mismatch({ digest, actual: computed, size: open.writer.offset });
    }
    const [first = own, ...others] = new Set(given.filter((digest) => !isTarsum(digest)));
    return { digests: [first, ...others], tarsums: given.filter(isTarsum) };
  }

  async #compute({ writer }: OpenSession, digest: Digest): Promise<Digest> {
    const label = parseTarsum(digest);
    if (!label) return this.#hashes.digest(writer, algorithmOf(digest) as Algorithm);
    try {
      const hex = await this.#tarsums.with(() => readTarsum(layerOf(writer), label));
      return `${kindOf(digest)}:${hex}` as Digest;
    } catch (error) {
      if (!(error instanceof TarError)) throw error;
      throw mismatch({ digest, reason: error.message }, `the content has no tarsum: ${error.message}`);
    }
  }
}

function layerOf(bytes: SessionBytes): Layer {
  return { length: bytes.offset, read: (length) => bytes.read(length) };
}

/** What stands before the colon: digests that have it in common are made of the same bytes in the same way. */
function kindOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(":"));
}

function mismatch(detail: object, message?: string): RegistryError {
  return new RegistryError("DIGEST_MISMATCH", { ...(message !== undefined && { message }), detail });
}
