import type { Failure } from "../oci/errors.ts";
import type { Row } from "./describe.ts";

/**
 * Returns every failure that a row may reply with: those that it declares, and those that its other fields imply. INTERNAL is
 * never declared, because it always means a defect.
 */
export function failuresOf(row: Row): readonly Failure[] {
  const implied: Failure[] = [];
  if (row.access) implied.push("UNAUTHORIZED", "DENIED");
  const named = [...Object.values(row.query), ...Object.values(row.headers)].filter(({ hint }) => !hint);
  const codecs = [...Object.values(row.parameters), ...named.map(({ codec }) => codec)];
  for (const { failure } of codecs) if (failure) implied.push(failure);
  if (Object.values(row.query).some(({ repeated }) => repeated !== undefined)) implied.push("TOO_MANY_VALUES");
  if (row.body.kind !== "none") implied.push("BODY_TOO_LARGE", "BODY_TIMED_OUT", "TOO_MANY_REQUESTS");
  // A buffered body must be complete. A row that streams its body declares its own failures.
  if (row.body.kind === "bytes" || row.body.kind === "json") implied.push("REQUEST_MALFORMED");
  if (row.body.kind === "json") implied.push("MEDIA_TYPE_UNSUPPORTED");
  if (Object.values(row.successes).some(({ body }) => body === "stream")) implied.push("TOO_MANY_REQUESTS");
  if (row.writes) implied.push("UNAVAILABLE");
  // A browser may send any request.
  implied.push("HOST_DENIED", "ORIGIN_DENIED");
  return [...new Set([...row.failures, ...implied])];
}
