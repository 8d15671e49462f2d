import type { Counted, MetadataReads } from "../store.ts";
import { one, type Operations } from "./operation.ts";

/** SQLite counts the entries of the smallest index, which takes some milliseconds for a million entries. */
const statements: Readonly<Record<Counted, string>> = {
  repositories: "SELECT count(*) AS count FROM repositories WHERE listed = 1",
  manifests: "SELECT count(*) AS count FROM manifests",
  tags: "SELECT count(*) AS count FROM tags",
  blobs: "SELECT count(*) AS count FROM blobs",
};

/** Operations that count rows. */
export const countReads = {
  *count(what) {
    return (yield* one<{ count: number }>(statements[what]))!.count;
  },
} satisfies Partial<Operations<MetadataReads>>;
