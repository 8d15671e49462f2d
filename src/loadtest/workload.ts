import type { RepositoryName } from "../oci/repository-name.ts";
import type { RandomBytes } from "./content.ts";
import type { Client } from "./http/client.ts";

/** One kind of load. */
export interface Workload {
  /** What one operation is; goes on from the name. */
  readonly summary: string;
  /** Where it is not for the user to say how many go on at a time. */
  readonly concurrency?: number;
  /** Puts what it needs into its repository. Throws a Failure where that does not work. */
  prepare(setting: Setting): Promise<Operation>;
}

export interface Setting {
  readonly client: Client;
  /** Its own: no other workload uses it. */
  readonly repository: RepositoryName;
  /** Of a large blob, in bytes. */
  readonly size: number;
  readonly random: RandomBytes;
}

/**
 * Does it once, and resolves to the bytes of content that were moved. `nth` counts from 0. Throws a Failure where anything
 * is not as it should be.
 */
export type Operation = (client: Client, nth: number) => Promise<number>;
