import { limits } from "../base/limits.ts";
import type { Sender } from "../base/sender.ts";
import type { Queue } from "../base/fair-queue.ts";
import { algorithmOf, type Algorithm, type Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { isTarsum, parseTarsum } from "../oci/tarsum/label.ts";
import { TarError } from "../oci/tarsum/tar-header.ts";
import { BodyInterrupted } from "./chunk.ts";
import type { RunningHashes } from "./running-hashes.ts";
import type { RegistryOptions } from "./services.ts";
import type { SessionBytes } from "./session-bytes.ts";
import type { OpenSession } from "./sessions.ts";
import { readTarsums } from "./tarsum-reader.ts";
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
  readonly #tarsums: Queue;

  /** `tarsums`: whose turn it is to have a layer read. */
  constructor(hashes: RunningHashes, tarsums: Queue, { legacy }: RegistryOptions) {
    this.#hashes = hashes;
    this.#tarsums = tarsums;
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
   * comes first. Throws DIGEST_MISMATCH where one of them is not theirs, TOO_MANY_REQUESTS where too many wait for tarsums, and
   * BodyInterrupted where the sender is gone before its tarsums are there.
   */
  async names(open: OpenSession, given: readonly Digest[], sender?: Sender): Promise<Names> {
    const own = await open.hash.digest();
    const actual = new Map<string, Digest>([[kindOf(own), own]]);
    for (const digest of given) {
      const kind = kindOf(digest);
      if (isTarsum(digest) || actual.has(kind)) continue;
      actual.set(kind, await this.#hashes.digest(open.writer, algorithmOf(digest) as Algorithm));
    }
    // What is cheap to find wrong is found first.
    requireActual(
      given.filter((digest) => !isTarsum(digest)),
      actual,
      open,
    );
    const tarsums = given.filter(isTarsum);
    if (tarsums.length > 0) {
      for (const [kind, tarsum] of await this.#tarsumsOf(open, tarsums, sender)) actual.set(kind, tarsum);
      requireActual(tarsums, actual, open);
    }
    const [first = own, ...others] = new Set(given.filter((digest) => !isTarsum(digest)));
    return { digests: [first, ...others], tarsums };
  }

  /** By what stands before their colons. One reading is enough for all of them. */
  async #tarsumsOf({ writer }: OpenSession, given: readonly Digest[], sender?: Sender): Promise<Map<string, Digest>> {
    const labels = new Map(given.map((digest) => [kindOf(digest), parseTarsum(digest)!]));
    const kinds = [...Map.groupBy(labels.values(), ({ version, algorithm }) => `${version} ${algorithm}`).values()];
    try {
      const gone = sender?.gone();
      const sums = await this.#inTurn(sender?.address ?? "", gone, () =>
        readTarsums(
          layerOf(writer),
          kinds.map(([label]) => label!),
          gone,
        ),
      );
      const names = [...labels].map(([kind, label]) => {
        const at = kinds.findIndex((same) => same.includes(label));
        return [kind, `${kind}:${sums[at]!}` as Digest] as const;
      });
      return new Map(names);
    } catch (error) {
      if (!(error instanceof TarError)) throw error;
      const detail = { digest: given[0], reason: error.message };
      throw mismatch(detail, `the content has no tarsum: ${error.message}`);
    }
  }

  async #inTurn<T>(client: string, gone: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const place = this.#tarsums.enter(client);
    try {
      if (await unless(gone, place.turn)) return await work();
      throw new RegistryError("TOO_MANY_REQUESTS", {}, { retryAfterSeconds: limits.retryAfterSeconds });
    } finally {
      place.leave();
    }
  }
}

function requireActual(given: readonly Digest[], actual: ReadonlyMap<string, Digest>, { writer }: OpenSession): void {
  for (const digest of given) {
    const computed = actual.get(kindOf(digest));
    if (computed !== digest) throw mismatch({ digest, actual: computed, size: writer.offset });
  }
}

/** What is waited for; throws BodyInterrupted once `gone` is aborted. */
async function unless<T>(gone: AbortSignal | undefined, awaited: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new BodyInterrupted());
  gone?.addEventListener("abort", giveUp, { once: true });
  if (gone?.aborted) giveUp();
  try {
    return await Promise.race([awaited, promise]);
  } finally {
    gone?.removeEventListener("abort", giveUp);
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
