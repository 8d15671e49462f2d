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

/** What the operator decides about the registry. */
export interface RegistryOptions extends ManifestOptions {
  /** Kinds of digests beside plain hashes; by default none. */
  readonly digestKinds?: readonly DigestKind[];
}

/** Everything that the registry does. It knows nothing of HTTP. */
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

  /** Once no request is being answered any more. */
  close(): void {
    this.pins.close();
    this.manifests.close();
    this.uploads.close();
  }

  /** Resolves when content can be read and stored; throws otherwise, also where it cannot be told soon. */
  checkReady(): Promise<void> {
    return within(
      registryLimits.probeMs,
      this.#probe(),
      () => new StoreUnavailable("a trial write has not ended in time"),
    );
  }

  async #probe(): Promise<void> {
    const { store, driver } = this.#services;
    if (store.fault !== undefined) throw new StoreUnavailable(store.fault);
    await Promise.all([store.checkWritable(), store.repositories({ limit: 1 }), driver.probe()]);
  }
}
