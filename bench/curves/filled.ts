/** Curves along which the number of rows grows. */
import { Client } from "../../src/bench/http/client.ts";
import type { Operation } from "../../src/bench/workload.ts";
import type { CurveSetting } from "./curve.ts";
import type { Point } from "./data.ts";
import type { Dataset } from "./dataset.ts";
import { measure, warmUp } from "./measure.ts";
import type { PinnedRegistry } from "./pinned-registry.ts";

/** The number that `lading bench` asks with. */
const concurrency = 16;
const warmUpSeconds = 1;
/** A manifest with its rows and what the indexes hold of it, some of that in the log as well. */
const bytesOfManifest = 4_000;

export function roomFor(manifests: number): number {
  return 100_000_000 + manifests * bytesOfManifest;
}

/** What is measured in a registry with the dataset; a work before it has the directory for itself. */
export interface Filled {
  readonly dataset: Dataset;
  readonly before?: (data: string) => Promise<readonly Point[]>;
  operations(client: Client): Promise<Readonly<Record<string, Operation>>>;
}

export async function measureFilled(
  size: number,
  { place, ...effort }: CurveSetting,
  { dataset, before, operations }: Filled,
): Promise<readonly Point[]> {
  return place.withData(async (data) => {
    await place.withRegistry(data, (registry) => withClient(registry, (client) => dataset.pushBlobs(client)));
    dataset.fill(data);
    const points = (await before?.(data)) ?? [];
    return place.withRegistry(data, async (registry) => {
      const prepared = await withClient(registry, operations);
      await warmUp(registry, Object.values(prepared), warmUpSeconds);
      return [...points, ...(await measure(registry, prepared, size, { ...effort, concurrency }))];
    });
  });
}

export async function withClient<T>(registry: PinnedRegistry, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(registry.origin);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
