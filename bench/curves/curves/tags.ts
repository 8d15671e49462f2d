import { pathTo } from "../../../src/api/routes.ts";
import { powers, type Curve } from "../curve.ts";
import { Dataset } from "../dataset.ts";
import { filledSubject, roomFor } from "../filled.ts";
import { getsManifests, setsTag } from "../operations.ts";
import { pagesOf } from "../pages.ts";

/** The number of tags in one repository, each with a separate manifest. */
export const tags: Curve = {
  sizes: powers(10, 2, 6),
  room: roomFor,
  prepare(size, place) {
    const dataset = new Dataset({ manifests: size, repositories: 1 });
    const list = pathTo("today", "tags", { name: dataset.repositoryOf(0) });
    return filledSubject(size, place, {
      dataset,
      operations: async (client) => ({
        "GET by tag": getsManifests(client, dataset, "tag"),
        "one more tag": setsTag(dataset),
        ...(await pagesOf(client, list, { length: size, at: (nth) => dataset.tagOf(nth) })),
      }),
    });
  },
};
