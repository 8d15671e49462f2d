import { metadataLimits } from "../limits.ts";
import type { Counted, Measured, MetadataReads } from "../store.ts";
import { one, type Operations } from "./operation.ts";

/** SQLite counts the entries of the smallest index, which takes some milliseconds for a million entries. */
const statements: Readonly<Record<Counted, string>> = {
  repositories: "SELECT count(*) AS count FROM repositories WHERE listed = 1",
  manifests: "SELECT count(*) AS count FROM manifests",
  tags: "SELECT count(*) AS count FROM tags",
  blobs: "SELECT count(*) AS count FROM blobs",
  uploads: "SELECT count(*) AS count FROM uploads",
};

const sums: Readonly<Record<Measured, string>> = {
  manifests: sumOf("manifests"),
  blobs: sumOf("blobs"),
};

function sumOf(table: Measured): string {
  return `SELECT coalesce(sum(size), 0) AS bytes, (SELECT max(id) FROM ${table}) AS last FROM ${table}
    WHERE id > ? AND id <= ?`;
}

/** Operations that count rows, and sum the sizes in them. */
export const countReads = {
  *count(what) {
    return (yield* one<{ count: number }>(statements[what]))!.count;
  },
  *measure(what, from) {
    const next = from + metadataLimits.measuredRows;
    const { bytes, last } = (yield* one<{ bytes: number; last: number | null }>(sums[what], from, next))!;
    return { bytes, ...(last !== null && next < last && { next }) };
  },
} satisfies Partial<Operations<MetadataReads>>;
