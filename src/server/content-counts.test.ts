import { expect, test } from "bun:test";
import type { Counted } from "../metadata/store.ts";
import { ContentCounts } from "./content-counts.ts";

test("newcomer 11 the metrics are those of the last count, also if the database cannot be read", async () => {
  let broken = false;
  const numbers: Record<Counted, number> = { repositories: 1, manifests: 2, tags: 3, blobs: 4 };
  const counts = new ContentCounts({
    count: async (what) => {
      if (broken) throw new Error("disk I/O error");
      return numbers[what];
    },
  });
  const read = () => Object.fromEntries(counts.readings().map(({ name, read: value }) => [name, value()]));
  expect(read()["lading_tags"]).toBeNaN();
  await counts.refresh();
  const expected = { lading_repositories: 1, lading_manifests: 2, lading_tags: 3, lading_blobs: 4 };
  expect(read()).toEqual(expected);
  numbers.tags = 7;
  expect(read()).toEqual(expected);
  await counts.refresh();
  expect(read()).toEqual({ ...expected, lading_tags: 7 });
  broken = true;
  await counts.refresh();
  expect(read()).toEqual({ ...expected, lading_tags: 7 });
});
