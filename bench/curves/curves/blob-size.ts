import type { WorkloadName } from "../../../src/bench/workloads.ts";
import { powers, type Curve } from "../curve.ts";
import { measure, warmUp } from "../measure.ts";
import { prepareWorkloads } from "../prepared.ts";

const series = { GET: "blob-get-large", push: "push-large" } as const satisfies Readonly<Record<string, WorkloadName>>;

const warmUpSeconds = 1;
const warmUpSize = 4096;
/** Pushed while it is measured: of a large blob at least one, of small ones what the disk takes. */
const pushedBytes = 4_000_000_000;

/** Bytes of a blob, one at a time. */
export const blobSize: Curve = {
  sizes: powers(4, 5, 16),
  room: (size) => pushedBytes + 3 * size,
  measure: (size, { place, ...effort }) =>
    place.withData((data) =>
      place.withRegistry(data, async (registry) => {
        const small = await prepareWorkloads(registry, series, warmUpSize);
        await warmUp(registry, Object.values(small), warmUpSeconds);
        const operations = await prepareWorkloads(registry, series, size);
        return measure(registry, operations, size, { ...effort, concurrency: 1 });
      }),
    ),
};
