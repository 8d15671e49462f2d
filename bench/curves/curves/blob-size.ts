import type { WorkloadName } from "../../../src/bench/workloads.ts";
import { powers, type Curve } from "../curve.ts";
import { prepareWorkloads } from "../prepared.ts";

const series = { GET: "blob-get-large", push: "push-large" } as const satisfies Readonly<Record<string, WorkloadName>>;

const warmUpSeconds = 0.6;
const warmUpSize = 4096;
/** What is pushed of small ones while they are measured. */
const pushedBytes = 1_000_000_000;

/** Bytes of a blob, one at a time. */
export const blobSize: Curve = {
  sizes: powers(4, 5, 16),
  room: (size) => pushedBytes + 3 * size,
  async prepare(size, place) {
    const registry = await place.start(place.newData());
    await registry.warmUp(Object.values(await prepareWorkloads(registry, series, warmUpSize)), warmUpSeconds);
    return { at: size, registry, concurrency: 1, operations: await prepareWorkloads(registry, series, size) };
  },
};
