import type { RepositoryName } from "../oci/repository-name.ts";
import type { RandomBytes } from "./content.ts";
import type { Client } from "./http/client.ts";

/** A kind of load. */
export interface Workload {
  /** A description of one operation, which follows the workload's name. */
  readonly summary: string;
  /** A fixed number of concurrent operations, if the user cannot choose it. */
  readonly concurrency?: number;
  /** Stores the content that the operations need in the workload's repository. Throws a Failure. */
  prepare(setting: Setting): Promise<Operation>;
}

/** The environment of a workload. */
export interface Setting {
  readonly client: Client;
  /** The repository of this workload; no other workload uses it. */
  readonly repository: RepositoryName;
  /** Size of a large blob in bytes. */
  readonly size: number;
  readonly random: RandomBytes;
}

/**
 * Runs one operation, and resolves to the number of transferred content bytes. `nth` counts from 0. Throws a Failure if
 * a reply is not as expected.
 */
export type Operation = (client: Client, nth: number) => Promise<number>;
