import { Client } from "../../../src/bench/http/client.ts";
import { powers, type Curve } from "../curve.ts";
import { rounded, type Point } from "../data.ts";
import { Dataset } from "../dataset.ts";
import { measureFilled, roomFor, withClient } from "../filled.ts";
import { median } from "../measure.ts";
import { getsManifests, headsManifests, pushes } from "../operations.ts";
import type { Place } from "../pinned-registry.ts";

const manifestsInRepository = 1000;
const starts = 5;

/** Manifests in the whole registry. */
export const manifests: Curve = {
  sizes: powers(10, 2, 6),
  room: roomFor,
  measure(size, setting) {
    const dataset = new Dataset({ manifests: size, repositories: Math.ceil(size / manifestsInRepository) });
    return measureFilled(size, setting, {
      dataset,
      before: async (data) => [await measureStart(setting.place, data, dataset)],
      operations: async (client) => ({
        "GET by tag": getsManifests(client, dataset, "tag"),
        "GET by digest": getsManifests(client, dataset, "digest"),
        "HEAD by tag": headsManifests(client, dataset),
        "push of one more": pushes(dataset),
      }),
    });
  },
};

/** From the start of the process to the last byte of a manifest. */
async function measureStart(place: Place, data: string, dataset: Dataset): Promise<Point> {
  const times: number[] = [];
  while (times.length < starts)
    times.push(
      await place.withRegistry(data, async (registry) => {
        const asked = performance.now();
        await withClient(registry, (client: Client) => getsManifests(client, dataset, "tag")(client, 0));
        return registry.readyMs + performance.now() - asked;
      }),
    );
  return { series: "start", at: dataset.manifests, p50Ms: rounded(median(times)), p99Ms: rounded(Math.max(...times)) };
}
