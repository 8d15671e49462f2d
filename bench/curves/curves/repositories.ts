import { pathTo } from "../../../src/api/routes.ts";
import { powers, type Curve } from "../curve.ts";
import { Dataset, origin } from "../dataset.ts";
import { filledSubject, roomFor } from "../filled.ts";
import { getsManifests, pushesIntoNew } from "../operations.ts";
import { pagesOf } from "../pages.ts";

/** The number of repositories, each with one image. */
export const repositories: Curve = {
  sizes: powers(10, 2, 6),
  room: roomFor,
  prepare(size, place) {
    const dataset = new Dataset({ manifests: size, repositories: size });
    const names = { length: size, at: (nth: number) => (nth === 0 ? origin : dataset.repositoryOf(nth - 1)) };
    return filledSubject(size, place, {
      dataset,
      operations: async (client) => ({
        "GET by tag": getsManifests(client, dataset, "tag"),
        "push into a new one": pushesIntoNew(dataset),
        ...(await pagesOf(client, pathTo("today", "catalog", {}), names)),
      }),
    });
  },
};
