import { randomBytes } from "../../src/bench/content.ts";
import type { Operation } from "../../src/bench/workload.ts";
import { workloads, type WorkloadName } from "../../src/bench/workloads.ts";
import type { RepositoryName } from "../../src/oci/repository-name.ts";
import type { PinnedRegistry } from "./pinned-registry.ts";

/** What `lading bench` does, under the names of series; `size` is that of large blobs. */
export async function prepareWorkloads(
  registry: PinnedRegistry,
  series: Readonly<Record<string, WorkloadName>>,
  size = 0,
): Promise<Readonly<Record<string, Operation>>> {
  const prepared: [string, Operation][] = [];
  for (const [name, work] of Object.entries(series)) {
    const repository = `curves/${work}` as RepositoryName;
    const setting = { repository, size, random: randomBytes };
    prepared.push([name, await registry.withClient((client) => workloads[work].prepare({ client, ...setting }))]);
  }
  return Object.fromEntries(prepared);
}
