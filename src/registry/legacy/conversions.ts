import type { Clock } from "../../base/clock.ts";
import { FairQueue } from "../../base/async/fair-queue.ts";
import { startThread } from "../../base/thread.ts";
import { baseLimits } from "../../base/limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { legacyLimits } from "./limits.ts";
import { admit } from "../../base/cache/cached.ts";
import { TwoGenerationCache } from "../../base/cache/two-generation-cache.ts";
import { Pacer } from "../../base/async/pacer.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import { ConversionError } from "../../docker/schema1/conversion-error.ts";
import { exportSigningKey, type SigningKey } from "../../docker/schema1/key.ts";
import type { ModernImage } from "../../docker/schema1/to-schema1.ts";
import type { FromConverter, ToConverter } from "./conversion.worker.ts";
import type { VerifiedManifest } from "../cache/manifest-cache.ts";

/** An image as a signed schema 1 manifest. */
export interface Converted {
  readonly manifest: VerifiedManifest;
  /** Whether clients will request the empty layer. */
  readonly hasEmptyLayers: boolean;
}

/** The input of a conversion: the name and the manifest that determine its result. */
export type Conversion = Pick<ModernImage, "name" | "tag"> & {
  /** The digest of the manifest that the tag points to, and the media type that it was pushed with. */
  readonly digest: Digest;
  readonly mediaType: MediaType;
};

/**
 * `Conversions` converts images for old clients. A conversion takes about 300 times as long as a read, so a thread
 * does one at a time. The result with its signature is admitted to the cache on its second request (M13). A request
 * for a conversion that is in progress waits for that one.
 */
export class Conversions {
  readonly #clock: Clock;
  readonly #key: string;
  /** The cached results. An image that cannot be converted never can be, so the errors are cached too. */
  readonly #cache = new TwoGenerationCache<Converted | ConversionError>(legacyLimits.convertedKeptBytes, bytesOf);
  readonly #underWay = new Map<string, Promise<Converted>>();
  /** The queue serves the repositories alternately. */
  readonly #queue = new FairQueue({
    waiting: legacyLimits.conversionsWaiting,
    waitingOfClient: legacyLimits.conversionsWaitingOfRepository,
  });
  /** The responses also alternate between repositories. */
  readonly #spacing = new Pacer({ apartMs: legacyLimits.convertedApartMs, longest: legacyLimits.convertedWaiting });
  #thread: Worker | undefined;

  constructor(clock: Clock, key: SigningKey) {
    this.#clock = clock;
    this.#key = exportSigningKey(key, "jwk");
  }

  /**
   * Converts an image, or returns the cached result. It calls `read` when the conversion starts. Throws a
   * ConversionError if the image cannot be converted, and TOO_MANY_REQUESTS or `LineFull` if too many requests wait.
   */
  async get(conversion: Conversion, read: () => Promise<Pick<ModernImage, "manifest" | "config">>): Promise<Converted> {
    const converted = await this.#converted(conversion, read);
    const turn = this.#spacing.turn(conversion.name);
    if (turn) await turn;
    return converted;
  }

  close(): void {
    this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #converted(
    conversion: Conversion,
    read: () => Promise<Pick<ModernImage, "manifest" | "config">>,
  ): Promise<Converted> {
    const key = JSON.stringify([conversion.name, conversion.tag, conversion.digest, conversion.mediaType]);
    const cached = this.#cache.get(key);
    if (cached instanceof ConversionError) throw cached;
    if (cached) return cached;
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const converting = this.#inTurn(conversion.name, async () =>
      this.#convert(key, { ...conversion, ...(await read()) }),
    );
    this.#underWay.set(key, converting);
    try {
      return await converting;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #inTurn<T>(repository: string, work: () => Promise<T>): Promise<T> {
    const place = this.#queue.enter(repository);
    try {
      if (await place.turn) return await work();
      throw new RegistryError("TOO_MANY_REQUESTS", {}, { retryAfterSeconds: ociLimits.retryAfterSeconds });
    } finally {
      place.leave();
    }
  }

  async #convert(key: string, { manifest, config, name, tag }: ModernImage): Promise<Converted> {
    const answer = await this.#send({
      image: { manifest, config, name, tag },
      key: this.#key,
      at: this.#clock.now(),
    });
    if (answer.kind === "failed") throw new Error(answer.reason);
    if (answer.kind === "refused") {
      const error = new ConversionError(answer.document, answer.at, answer.reason);
      this.#cache.set(key, error);
      throw error;
    }
    const { digest, bytes, hasEmptyLayers } = answer;
    const written = { digest, mediaType: mediaTypes.dockerSchema1Signed, bytes, size: bytes.length };
    const converted = { manifest: admit(written), hasEmptyLayers };
    this.#cache.set(key, converted);
    return converted;
  }

  #send(request: ToConverter): Promise<FromConverter> {
    const thread = (this.#thread ??= startThread("registry/legacy/conversion.worker.ts"));
    return new Promise((resolve) => {
      thread.onmessage = ({ data }: MessageEvent<FromConverter>) => resolve(data);
      thread.onerror = ({ message }) => {
        this.close();
        resolve({ kind: "failed", reason: `the thread that converts images ended: ${message}` });
      };
      thread.postMessage(request);
    });
  }
}

function bytesOf(cached: Converted | ConversionError): number {
  return baseLimits.cacheEntryBytes + (cached instanceof ConversionError ? 0 : cached.manifest.size);
}
