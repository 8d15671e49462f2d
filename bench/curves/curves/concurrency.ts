import { randomBytes } from "../../../src/loadtest/content.ts";
import type { Client } from "../../../src/loadtest/http/client.ts";
import type { Operation } from "../../../src/loadtest/workload.ts";
import { workloads, type WorkloadName } from "../../../src/loadtest/workloads.ts";
import type { RepositoryName } from "../../../src/oci/repository-name.ts";
import { numbered, powers, type Curve } from "../curve.ts";

/** The loads of `lading bench`. */
const series = {
  "manifest GET": "manifest-get",
  "4 KiB blob GET": "blob-get-small",
  "image push": "push-images",
} as const satisfies Readonly<Record<string, WorkloadName>>;

/** The number of concurrent operations. */
export const concurrency: Curve = {
  sizes: powers(2, 0, 10),
  room: () => 500_000_000,
  async prepare(size, place) {
    const registry = await place.start(place.newData());
    const operations = numbered(await registry.withClient(prepareAll));
    await registry.warmUp(Object.values(operations));
    return { at: size, registry, concurrency: size, operations };
  },
};

async function prepareAll(client: Client): Promise<Readonly<Record<string, Operation>>> {
  const prepared: [string, Operation][] = [];
  for (const [name, work] of Object.entries(series)) {
    const repository = `curves/${work}` as RepositoryName;
    prepared.push([name, await workloads[work].prepare({ client, repository, size: 0, random: randomBytes })]);
  }
  return Object.fromEntries(prepared);
}
