import type { Failure } from "../oci/errors.ts";
import type { Row } from "./describe.ts";

/**
 * Everything that a row may answer besides its successes: what it declares, and what its other fields imply. INTERNAL is
 * never declared: it always means a defect.
 */
export function failuresOf(row: Row): readonly Failure[] {
  const implied: Failure[] = [];
  if (row.access) implied.push("UNAUTHORIZED", "DENIED");
  const named = [...Object.values(row.query), ...Object.values(row.headers)].filter(({ hint }) => !hint);
  const codecs = [...Object.values(row.parameters), ...named.map(({ codec }) => codec)];
  for (const { failure } of codecs) if (failure) implied.push(failure);
  if (Object.values(row.query).some(({ repeated }) => repeated !== undefined)) implied.push("TOO_MANY_VALUES");
  if (row.body.kind !== "none") implied.push("BODY_TOO_LARGE", "BODY_TIMED_OUT", "TOO_MANY_REQUESTS");
  // A body that is held whole has to come whole; a streamed one is the row's own affair.
  if (row.body.kind === "bytes") implied.push("REQUEST_MALFORMED");
  if (row.writes) implied.push("UNAVAILABLE");
  // Of each row, since a browser may ask for any.
  implied.push("HOST_DENIED", "ORIGIN_DENIED");
  return [...new Set([...row.failures, ...implied])];
}
