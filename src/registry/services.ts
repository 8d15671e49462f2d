import type { Clock } from "../base/clock.ts";
import type { MetadataStore } from "../metadata/store.ts";
import type { StorageDriver } from "../storage/driver.ts";

/** What the core stands on. */
export interface Services {
  readonly store: MetadataStore;
  readonly driver: StorageDriver;
  readonly clock: Clock;
}
