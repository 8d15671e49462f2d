import { cacheLimits } from "./limits.ts";
import { TwoGenerationCache } from "../../base/cache/two-generation-cache.ts";
import type { MaybePromise } from "../../base/async/maybe-promise.ts";
import type { MetadataStore } from "../../metadata/store.ts";

/**
 * Answers of the store, for as long as nobody commits anything: the store's version is looked at for each of them, so none
 * is older than the last write that was answered, whoever made it. Those that are kept are frozen: they are given to many,
 * and more may be kept about them (`memoizeFrozen`).
 */
export class VersionedCache<V extends object> {
  readonly #store: Pick<MetadataStore, "version">;
  readonly #answers: TwoGenerationCache<V>;
  #version = NaN;

  constructor(store: Pick<MetadataStore, "version">, answers = new TwoGenerationCache<V>(cacheLimits.answers)) {
    this.#store = store;
    this.#answers = answers;
  }

  /** At once where it stands, or as `ask` says. What says that nothing is there is not kept. */
  answer(key: string, ask: () => Promise<V | undefined>): MaybePromise<V | undefined> {
    const version = this.#store.version();
    if (version === this.#version) return this.#answers.get(key) ?? this.#ask(key, ask);
    this.#answers.clear();
    this.#version = version;
    return this.#ask(key, ask);
  }

  async #ask(key: string, ask: () => Promise<V | undefined>): Promise<V | undefined> {
    const version = this.#version;
    const answer = await ask();
    // A commit in between leaves open which of the two states this is of.
    if (answer === undefined || this.#store.version() !== version) return answer;
    return this.#answers.set(key, answer) ? Object.freeze(answer) : answer;
  }
}
