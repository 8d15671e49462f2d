import type { MaybePromise } from "../../base/async/maybe-promise.ts";
import { admit } from "../../base/cache/cached.ts";
import { CacheCounts } from "../../base/cache/counts.ts";
import { TwoGenerationCache } from "../../base/cache/two-generation-cache.ts";
import type { Freshness } from "../../metadata/store.ts";
import { cacheLimits } from "./limits.ts";

/**
 * `VersionedCache` stores results of the metadata store until the next commit. Each request compares the version of
 * the store, which keeps the freshness contract (`Freshness`). An entry is admitted on its second request (`Cached`).
 */
export class VersionedCache<V extends object> {
  readonly counts = new CacheCounts();
  readonly #store: Freshness;
  readonly #entries: TwoGenerationCache<V>;
  #version = NaN;

  constructor(store: Freshness, entries = new TwoGenerationCache<V>(cacheLimits.answers)) {
    this.#store = store;
    this.#entries = entries;
  }

  /** Returns the cached result at once, or the result of `ask` as a promise. It does not cache `undefined`. */
  answer(key: string, ask: () => Promise<V | undefined>): MaybePromise<V | undefined> {
    const version = this.#store.version();
    if (version === this.#version) {
      const entry = this.#entries.get(key);
      if (entry) {
        this.counts.hits += 1;
        return entry;
      }
    } else {
      this.#entries.clear();
      this.#version = version;
    }
    this.counts.misses += 1;
    return this.#ask(key, ask);
  }

  async #ask(key: string, ask: () => Promise<V | undefined>): Promise<V | undefined> {
    const version = this.#version;
    const result = await ask();
    // After a commit during the query, the result may be from the state before or after it.
    if (result === undefined || this.#store.version() !== version) return result;
    return this.#entries.set(key, result) ? admit(result) : result;
  }
}
