import type { WorkloadName } from "../../../src/bench/workloads.ts";
import { powers, type Curve } from "../curve.ts";
import { prepareWorkloads } from "../prepared.ts";

const series = {
  "manifest GET": "manifest-get",
  "4 KiB blob GET": "blob-get-small",
  "image push": "push-images",
} as const satisfies Readonly<Record<string, WorkloadName>>;

const warmUpSeconds = 0.6;

/** Operations at the same time. */
export const concurrency: Curve = {
  sizes: powers(2, 0, 10),
  room: () => 500_000_000,
  async prepare(size, place) {
    const registry = await place.start(place.newData());
    const operations = await prepareWorkloads(registry, series);
    await registry.warmUp(Object.values(operations), warmUpSeconds);
    return { at: size, registry, concurrency: size, operations };
  },
};
