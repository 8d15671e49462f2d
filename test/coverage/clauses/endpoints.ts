import { rows } from "../../../src/api/table.ts";
import type { Clause, RowId, Section } from "../clause.ts";

const statements = {
  "end-1": "the check for API support",
  "end-2": "reading a blob",
  "end-3": "reading a manifest",
  "end-4a": "starting an upload session",
  "end-4b": "an upload in one request",
  "end-4c": "starting an upload session for a digest of another algorithm",
  "end-5": "sending a chunk",
  "end-6": "finishing an upload session",
  "end-7a": "pushing a manifest",
  "end-7b": "pushing a manifest with its tags",
  "end-8a": "listing tags",
  "end-8b": "listing tags in pages",
  "end-9": "deleting a tag or a manifest",
  "end-10": "deleting a blob",
  "end-11": "mounting a blob",
  "end-12a": "listing referrers",
  "end-12b": "listing referrers of one type",
  "end-13": "reading the offset of an upload session",
  "end-14": "cancelling an upload session",
} as const;

/** The clauses of the endpoints. Their rows are the rows that name them as their source. */
export const endpoints: Section = {
  title: "Endpoints",
  clauses: Object.entries(statements).map(([id, what]): Clause => {
    const own = rows.filter(({ source }) => source.includes(id)).map((row) => row.id as RowId);
    return {
      id,
      level: "must",
      statement: `The status codes of ${what}.`,
      source: "OCI Endpoints",
      rows: own,
    };
  }),
};
