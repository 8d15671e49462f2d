/** Registries with a dataset. */
import type { Client } from "../../src/loadtest/http/client.ts";
import type { Operation } from "../../src/loadtest/workload.ts";
import { numbered, type Subject } from "./curve.ts";
import type { Point } from "./point.ts";
import type { Dataset } from "./dataset.ts";
import type { Place } from "./place.ts";

/** The default concurrency of `lading bench`. */
const concurrency = 16;
/** The disk space of a manifest with its rows and index entries, including a part in the log. */
const bytesOfManifest = 4_000;

export function roomFor(manifests: number): number {
  return 100_000_000 + manifests * bytesOfManifest;
}

export interface Wanted {
  readonly dataset: Dataset;
  /** Runs with exclusive use of the directory before the registry starts. */
  readonly before?: (data: string) => Promise<readonly Point[]>;
  operations(client: Client): Promise<Readonly<Record<string, Operation>>>;
}

export async function filledSubject(at: number, place: Place, wanted: Wanted): Promise<Subject> {
  const { dataset, before } = wanted;
  const data = place.newData();
  await place.withRegistry(data, (registry) => registry.withClient((client) => dataset.pushBlobs(client)));
  dataset.fill(data);
  const points = (await before?.(data)) ?? [];
  const registry = await place.start(data);
  const operations = numbered(await registry.withClient((client) => wanted.operations(client)));
  await registry.warmUp(Object.values(operations));
  return { at, registry, concurrency, operations, points };
}
