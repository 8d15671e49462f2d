import { within } from "../base/deadline.ts";
import { limits } from "../base/limits.ts";
import { StoreUnavailable } from "../metadata/store.ts";
import { Blobs } from "./blobs.ts";
import { Catalog } from "./catalog.ts";
import { Manifests } from "./manifests.ts";
import { Pins } from "./pins.ts";
import { Referrers } from "./referrers.ts";
import { Schema1Manifests, type GivenManifests } from "./schema1-manifests.ts";
import { usualOptions, type RegistryOptions, type Services } from "./services.ts";
import { TagHistory } from "./tag-history.ts";
import { Tags } from "./tags.ts";
import { Uploads } from "./uploads.ts";

/** The core: everything that the registry does, without a word about HTTP. */
export class Registry {
  readonly pins: Pins;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly manifests: Manifests;
  /** Manifests for clients that know nothing newer than schema 1. */
  readonly schema1Manifests: GivenManifests;
  readonly tags: Tags;
  readonly tagHistory: TagHistory;
  readonly referrers: Referrers;
  readonly catalog: Catalog;
  readonly #services: Services;
  readonly #conversion: Schema1Manifests | undefined;

  constructor(services: Services, options: RegistryOptions = usualOptions) {
    this.#services = services;
    this.pins = new Pins(services);
    this.blobs = new Blobs(services, options, this.pins);
    this.uploads = new Uploads(services, options);
    this.manifests = new Manifests(services, options, this.pins);
    const { signingKey: key } = options;
    this.#conversion = key && new Schema1Manifests(services, this.manifests, key, this.pins);
    this.schema1Manifests = this.#conversion ?? this.manifests;
    this.tags = new Tags(services);
    this.tagHistory = new TagHistory(services);
    this.referrers = new Referrers(services);
    this.catalog = new Catalog(services);
  }

  /** Once no request is being answered any more. */
  close(): void {
    this.pins.close();
    this.manifests.close();
    this.#conversion?.close();
    this.uploads.close();
  }

  /** Resolves when content can be read and stored; throws otherwise, also where it cannot be told soon. */
  checkReady(): Promise<void> {
    return within(limits.probeMs, this.#probe(), () => new StoreUnavailable("a trial write has not ended in time"));
  }

  async #probe(): Promise<void> {
    const { store, driver } = this.#services;
    if (store.fault !== undefined) throw new StoreUnavailable(store.fault);
    await Promise.all([store.checkWritable(), store.repositories({ limit: 1 }), driver.probe()]);
  }
}
