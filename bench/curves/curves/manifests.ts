import { powers, type Curve } from "../curve.ts";
import { rounded, type Point } from "../point.ts";
import { Dataset } from "../dataset.ts";
import { filledSubject, roomFor } from "../filled.ts";
import { median } from "../rounds.ts";
import { getsManifest, getsManifests, headsManifests, pushes } from "../operations.ts";
import type { Place } from "../place.ts";

const manifestsInRepository = 1000;
const starts = 5;

/** The number of manifests in the whole registry. */
export const manifests: Curve = {
  sizes: powers(10, 2, 6),
  room: roomFor,
  prepare(size, place) {
    const dataset = new Dataset({ manifests: size, repositories: Math.ceil(size / manifestsInRepository) });
    return filledSubject(size, place, {
      dataset,
      before: async (data) => [await measureStart(place, data, dataset)],
      operations: async (client) => ({
        "GET by tag": getsManifests(client, dataset, "tag"),
        "GET by digest": getsManifests(client, dataset, "digest"),
        "HEAD by tag": headsManifests(client, dataset),
        "push of one more": pushes(dataset),
      }),
    });
  },
};

/** The time from the start of the process to the last byte of a manifest. */
async function measureStart(place: Place, data: string, dataset: Dataset): Promise<Point> {
  const times: number[] = [];
  while (times.length < starts) {
    const first = Math.floor(dataset.manifests / 2);
    const ms = await place.withRegistry(data, async (registry) => {
      const asked = performance.now();
      await registry.withClient((client) => getsManifest(client, dataset, first)(client, 0));
      return registry.readyMs + performance.now() - asked;
    });
    times.push(ms);
  }
  return { series: "start", at: dataset.manifests, p50Ms: rounded(median(times)), p99Ms: rounded(Math.max(...times)) };
}
