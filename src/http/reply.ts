import { mediaTypeOf } from "../api/content.ts";
import type { AnyReply, Row, Success } from "../api/describe.ts";
import { failuresOf } from "../api/failures.ts";
import { commonHeaders } from "../api/headers.ts";
import { entryOf, type Failure } from "../oci/errors.ts";
import type { Problem } from "./problem.ts";

export function responseOf(row: Row, reply: AnyReply): Response {
  const success = row.successes[reply.outcome];
  if (!success) throw new TypeError(`${row.id} has no outcome ${reply.outcome}`);
  const headers: Record<string, string> = { ...commonHeaders };
  const mediaType = mediaTypeOf(success);
  if (mediaType !== undefined) headers["Content-Type"] = mediaType;
  for (const name in reply.headers) {
    const value = reply.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  return new Response(bodyOf(success, reply), { status: success.status, headers });
}

function bodyOf(success: Success, { body }: AnyReply): BodyInit | null {
  switch (success.body) {
    case "json":
      return JSON.stringify(body);
    case "text":
      return body as string;
    case "manifest":
    case "document":
      return body as Uint8Array<ArrayBuffer>;
    case "blob":
      return body as Blob;
    case "none":
    default:
      return null;
  }
}

/** A HEAD has no body, but says how long it would be; what the envelope would say has to be asked for with a GET. */
export function problemResponse({ status, headers, body }: Problem, method: string): Response {
  const all = {
    ...commonHeaders,
    "Content-Type": "application/json",
    ...headers,
    // The HTTP server takes what follows a CONNECT for what goes through a tunnel, although there is none, and drops it.
    ...(method === "CONNECT" && { Connection: "close" }),
  };
  if (method !== "HEAD") return new Response(body, { status, headers: all });
  return new Response(null, { status, headers: { ...all, "Content-Length": String(Buffer.byteLength(body)) } });
}

/** What is wrong with a reply that its row did not announce; undefined where all is well. */
export function breachOfReply(row: Row, reply: AnyReply): string | undefined {
  const success = row.successes[reply.outcome];
  if (!success) return `outcome ${reply.outcome} is not declared`;
  const allowed = new Set<string>([...success.headers, ...(success.optionalHeaders ?? [])]);
  const undeclared = Object.keys(reply.headers).filter((name) => !allowed.has(name));
  const missing = success.headers.filter((name) => reply.headers[name] === undefined);
  if (undeclared.length > 0) return `${reply.outcome} carries undeclared headers: ${undeclared.join(", ")}`;
  if (missing.length > 0) return `${reply.outcome} lacks headers: ${missing.join(", ")}`;
  return undefined;
}

export function breachOfProblem(row: Row, { failure, itemFailures, headers }: Problem): string | undefined {
  const undeclared = [failure, ...itemFailures].find((one) => one !== "INTERNAL" && !declared(row).has(one));
  if (undeclared !== undefined) return `failure ${undeclared} is not declared`;
  const missing = (entryOf(failure).headers ?? []).filter((name) => headers[name] === undefined);
  return missing.length > 0 ? `${failure} lacks headers: ${missing.join(", ")}` : undefined;
}

const declaredByRow = new Map<Row, ReadonlySet<Failure>>();

function declared(row: Row): ReadonlySet<Failure> {
  let failures = declaredByRow.get(row);
  if (!failures) {
    failures = new Set(failuresOf(row));
    declaredByRow.set(row, failures);
  }
  return failures;
}
