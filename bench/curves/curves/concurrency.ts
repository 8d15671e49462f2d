import type { WorkloadName } from "../../../src/bench/workloads.ts";
import { powers, type Curve } from "../curve.ts";
import { measure, warmUp } from "../measure.ts";
import { prepareWorkloads } from "../prepared.ts";

const series = {
  "manifest GET": "manifest-get",
  "4 KiB blob GET": "blob-get-small",
  "image push": "push-images",
} as const satisfies Readonly<Record<string, WorkloadName>>;

const warmUpSeconds = 1;

/** Requests at the same moment. */
export const concurrency: Curve = {
  sizes: powers(2, 0, 10),
  room: () => 2_000_000_000,
  measure: (size, { place, ...effort }) =>
    place.withData((data) =>
      place.withRegistry(data, async (registry) => {
        const operations = await prepareWorkloads(registry, series);
        await warmUp(registry, Object.values(operations), warmUpSeconds);
        return measure(registry, operations, size, { ...effort, concurrency: size });
      }),
    ),
};
