import type { Clock } from "../base/clock.ts";
import type { MetadataStore } from "../metadata/store.ts";
import type { StorageDriver } from "../storage/driver.ts";

/** What the core stands on. */
export interface Services {
  readonly store: MetadataStore;
  readonly driver: StorageDriver;
  readonly clock: Clock;
}

/** What the operator decides about the core. */
export interface RegistryOptions {
  /** Whether layers may be named by their tarsums, as clients did until 2015. */
  readonly legacy: boolean;
}

export const usualOptions: RegistryOptions = { legacy: true };
