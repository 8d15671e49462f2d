import { expect, test } from "bun:test";
import type { Counted, Measured } from "../metadata/store.ts";
import { ContentCounts } from "./content-counts.ts";

test("newcomer 11 the metrics are those of the last count, also if the database cannot be read", async () => {
  let broken = false;
  const numbers: Record<Counted, number> = { repositories: 1, manifests: 2, tags: 3, blobs: 4, uploads: 5 };
  const parts: Record<Measured, number[]> = { manifests: [6], blobs: [30, 0, 40] };
  const counts = new ContentCounts({
    count: async (what) => {
      if (broken) throw new Error("disk I/O error");
      return numbers[what];
    },
    measure: async (what, from) => {
      // The second part fails.
      if (broken && from > 0) throw new Error("disk I/O error");
      return { bytes: parts[what][from]!, ...(from + 1 < parts[what].length && { next: from + 1 }) };
    },
  });
  const read = () => Object.fromEntries(counts.readings().map(({ name, read: value }) => [name, value()]));
  expect(read()["lading_tags"]).toBeNaN();
  await counts.refresh();
  const expected = {
    lading_repositories: 1,
    lading_manifests: 2,
    lading_tags: 3,
    lading_blobs: 4,
    lading_upload_sessions: 5,
    lading_manifest_bytes: 6,
    lading_blob_bytes: 70,
  };
  expect(read()).toEqual(expected);
  numbers.tags = 7;
  parts.blobs = [100];
  expect(read()).toEqual(expected);
  await counts.refresh();
  const recounted = { ...expected, lading_tags: 7, lading_blob_bytes: 100 };
  expect(read()).toEqual(recounted);
  broken = true;
  parts.blobs = [1, 1];
  await counts.refresh();
  expect(read()).toEqual(recounted);
});
