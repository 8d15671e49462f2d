import { within } from "../base/async/deadline.ts";
import { registryLimits } from "./limits.ts";
import type { CacheCounts } from "../base/cache/counts.ts";
import { StoreUnavailable } from "../metadata/store.ts";
import { Blobs } from "./content/blobs.ts";
import { Catalog } from "./content/catalog.ts";
import type { DigestKind } from "./content/digest-kind.ts";
import { Manifests, type ManifestOptions } from "./content/manifests.ts";
import { Pins } from "./content/pins.ts";
import { Referrers } from "./content/referrers.ts";
import type { Services } from "./services.ts";
import { TagHistory } from "./content/tag-history.ts";
import { Tags } from "./content/tags.ts";
import { Uploads } from "./uploads/uploads.ts";

/** The operator's settings for the registry. */
export interface RegistryOptions extends ManifestOptions {
  /** Kinds of digests besides plain hashes; none by default. */
  readonly digestKinds?: readonly DigestKind[];
}

/** `Registry` is the core: it has all operations on content and uploads. It does not know HTTP. */
export class Registry {
  readonly pins: Pins;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly manifests: Manifests;
  readonly tags: Tags;
  readonly tagHistory: TagHistory;
  readonly referrers: Referrers;
  readonly catalog: Catalog;
  readonly #services: Services;

  constructor(services: Services, { digestKinds = [], ...options }: RegistryOptions = {}) {
    this.#services = services;
    this.pins = new Pins(services);
    this.blobs = new Blobs(services, digestKinds, this.pins);
    this.uploads = new Uploads(services, digestKinds);
    this.manifests = new Manifests(services, options, this.pins);
    this.tags = new Tags(services);
    this.tagHistory = new TagHistory(services);
    this.referrers = new Referrers(services);
    this.catalog = new Catalog(services);
  }

  /** Hits and misses of each cache of this process, by its name. */
  get cacheCounts(): Readonly<Record<string, CacheCounts>> {
    return { ...this.manifests.cacheCounts, ...this.blobs.cacheCounts };
  }

  /** Ends the threads. Call it after the last request was answered. */
  close(): void {
    this.pins.close();
    this.manifests.close();
    this.uploads.close();
  }

  /**
   * Resolves if content can be read and stored. Throws otherwise, and also if the check takes longer than
   * `registryLimits.probeMs`.
   */
  checkReady(): Promise<void> {
    return within(
      registryLimits.probeMs,
      this.#probe(),
      () => new StoreUnavailable("a test write did not complete in time"),
    );
  }

  async #probe(): Promise<void> {
    const { store, driver } = this.#services;
    if (store.fault !== undefined) throw new StoreUnavailable(store.fault);
    await Promise.all([store.checkWritable(), store.repositories({ limit: 1 }), driver.probe()]);
  }
}
