import type { Queue } from "../../base/async/fair-queue.ts";
import { ociLimits } from "../../oci/limits.ts";
import type { Sender } from "../../base/sender.ts";
import { parseTarsum } from "../../docker/tarsum/label.ts";
import { TarError } from "../../docker/tarsum/tar-header.ts";
import { prefixOf, type Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { ByteSource } from "../../storage/byte-source.ts";
import type { DigestKind } from "../content/digest-kind.ts";
import { BodyInterrupted } from "../uploads/chunk.ts";
import { newTarsumQueue } from "./tarsum-queue.ts";
import { readTarsums } from "./tarsum-reader.ts";

/** `TarsumKind` computes tarsums: digests of the files in a layer, which clients used to push layers until 2015. */
export class TarsumKind implements DigestKind {
  readonly #queue: Queue;

  /** `queue` decides which layer is read next on the whole machine. */
  constructor(queue: Queue = newTarsumQueue()) {
    this.#queue = queue;
  }

  supports(digest: Digest): boolean {
    return parseTarsum(digest) !== undefined;
  }

  /** Reads the layer once for any number of tarsums. */
  async compute(source: ByteSource, wanted: readonly Digest[], sender?: Sender): Promise<readonly Digest[]> {
    const labels = wanted.map((digest) => parseTarsum(digest)!);
    const kinds = [...new Map(labels.map((label) => [nameOf(label), label])).values()];
    const gone = sender?.gone();
    try {
      const sums = await this.#inTurn(sender?.address ?? "", gone, () => readTarsums(source, kinds, gone));
      const hex = new Map(kinds.map((kind, at) => [nameOf(kind), sums[at]!]));
      return wanted.map((digest, at) => `${prefixOf(digest)}:${hex.get(nameOf(labels[at]!))!}` as Digest);
    } catch (error) {
      if (!(error instanceof TarError)) throw error;
      const detail = { digest: wanted[0], reason: error.message };
      throw new RegistryError("DIGEST_MISMATCH", { message: `the content has no tarsum: ${error.message}`, detail });
    }
  }

  async #inTurn<T>(client: string, gone: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const place = this.#queue.enter(client);
    try {
      if (await unlessGone(gone, place.turn)) return await work();
      throw new RegistryError("TOO_MANY_REQUESTS", {}, { retryAfterSeconds: ociLimits.retryAfterSeconds });
    } finally {
      place.leave();
    }
  }
}

/** Waits for a promise. Throws BodyInterrupted when `gone` is aborted. */
async function unlessGone<T>(gone: AbortSignal | undefined, awaited: Promise<T>): Promise<T> {
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

/** The prefix of a tarsum. Tarsums with the same prefix are computed in the same way. */
function nameOf({ version, algorithm }: { readonly version: number; readonly algorithm: string }): string {
  return `${version} ${algorithm}`;
}
