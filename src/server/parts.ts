import { openPolicy, type Policy } from "../auth/grant.ts";
import { systemClock, type Clock } from "../base/clock.ts";
import { asAnonymous, type Authenticate } from "../http/authenticate.ts";
import type { Budgets } from "../http/budgets.ts";
import type { Observer } from "../http/observe/request-event.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { ociLimits } from "../oci/limits.ts";
import type { StorageDriver } from "../storage/driver.ts";
import { workerCommand } from "./cluster/worker-command.ts";

/**
 * The parts of a registry that a program may replace, such as a test. Functions cannot cross the border of a process.
 * So the program of `workerCommand` gives the parts of a worker to `work`, and `serve` gets those of the first process.
 * With several workers, that process answers no requests, and uses only clock, store, driver and `workerCommand`.
 */
export interface Parts {
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly policy: Policy;
  /** Observers of requests, besides the log and the metrics. */
  readonly observers: readonly Observer[];
  /** Wraps the store or the driver of a process, for example to make it fail or wait. */
  readonly store: (real: MetadataStore) => MetadataStore;
  readonly driver: (real: StorageDriver) => StorageDriver;
  /** The content of /metrics, if it is not the metrics of all processes. */
  readonly expose?: () => Promise<string>;
  /** The size in bytes below which a blob is inline. With 0, all blobs are in storage. */
  readonly inlineBlobBytes: number;
  /** Replaces some of the budgets of each process. */
  readonly budgets: Partial<Budgets>;
  /** The command line of the program that calls `work`. */
  readonly workerCommand: readonly string[];
}

/** The parts that the registry of a user has. */
export const defaultParts: Parts = {
  clock: systemClock,
  authenticate: asAnonymous,
  policy: openPolicy,
  observers: [],
  store: (real) => real,
  driver: (real) => real,
  inlineBlobBytes: ociLimits.inlineBlobBytes,
  budgets: {},
  workerCommand: workerCommand(),
};
