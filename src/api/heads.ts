/**
 * Derives the HEAD rows. Each path with GET also supports HEAD (RFC 9110 section 9.1), with the same reply except for the body
 * (section 9.3.2). Only a HEAD that does less work than its GET has its own row in the table. The others are derived here, and
 * the handler of the GET answers them.
 */
import type { Row } from "./describe.ts";

/** Returns the derived HEAD row of each GET row whose path has no HEAD row in the table. */
export function headsOf(rows: readonly Row[]): ReadonlyMap<Row, Row> {
  const own = new Set(rows.filter(({ method }) => method === "HEAD").map(({ path }) => path));
  const gets = rows.filter(({ method, path }) => method === "GET" && !own.has(path));
  return new Map(gets.map((get) => [get, headOf(get)]));
}

/** Returns the rows, with each derived HEAD row after its GET row. */
export function withHeads(rows: readonly Row[]): readonly Row[] {
  const heads = headsOf(rows);
  return rows.flatMap((row) => [row, heads.get(row) ?? []].flat());
}

function headOf(get: Row): Row {
  return {
    ...get,
    id: `${get.id.replace(/-get$/, "")}-head`,
    method: "HEAD",
    headOf: get.id,
    summary: `Returns the status and the headers of ${get.id}, without a body.`,
    // Copies, because reply.ts caches data for each success object, and a HEAD has other headers than its GET.
    successes: Object.fromEntries(Object.entries(get.successes).map(([outcome, success]) => [outcome, { ...success }])),
  };
}
