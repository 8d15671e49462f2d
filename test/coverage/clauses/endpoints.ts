import { rows } from "../../../src/api/table.ts";
import type { Clause, RowId, Section } from "../clause.ts";

const statements = {
  "end-1": "the look whether the API is here",
  "end-2": "a blob",
  "end-3": "a manifest",
  "end-4a": "the start of an upload",
  "end-4b": "an upload in one request",
  "end-4c": "the start of an upload for a digest of another algorithm",
  "end-5": "a chunk",
  "end-6": "the end of an upload",
  "end-7a": "a push of a manifest",
  "end-7b": "a push of a manifest with its tags",
  "end-8a": "the tags",
  "end-8b": "the tags by pages",
  "end-9": "deleting a tag or a manifest",
  "end-10": "deleting a blob",
  "end-11": "a mount",
  "end-12a": "the referrers",
  "end-12b": "the referrers of one type",
  "end-13": "the look where an upload stands",
  "end-14": "giving an upload up",
} as const;

/** Their rows are those that name them as their source. */
export const endpoints: Section = {
  title: "Endpoints",
  clauses: Object.entries(statements).map(([id, what]): Clause => {
    const own = rows.filter(({ source }) => source.includes(id)).map((row) => row.id as RowId);
    return {
      id,
      level: "must",
      statement: `The statuses of ${what}.`,
      source: "OCI Endpoints",
      rows: own,
    };
  }),
};
