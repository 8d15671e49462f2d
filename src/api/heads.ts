/**
 * HEAD is there wherever GET is (RFC 9110 section 9.1), and answers the same but for the body (section 9.3.2). A row of its own
 * has only the HEAD that does less than its GET; all others are derived here, and are answered by the handler of the GET.
 */
import type { Row } from "./describe.ts";

/** The derived HEAD of each GET whose path has no HEAD row of its own. */
export function headsOf(rows: readonly Row[]): ReadonlyMap<Row, Row> {
  const own = new Set(rows.filter(({ method }) => method === "HEAD").map(({ path }) => path));
  const gets = rows.filter(({ method, path }) => method === "GET" && !own.has(path));
  return new Map(gets.map((get) => [get, headOf(get)]));
}

/** The rows, and behind each GET the HEAD that is derived from it. */
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
    summary: `The status and the headers of ${get.id}, without the body.`,
    // Separate objects: what the reply remembers of a success has the headers of a HEAD.
    successes: Object.fromEntries(Object.entries(get.successes).map(([outcome, success]) => [outcome, { ...success }])),
  };
}
