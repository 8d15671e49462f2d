import { mediaTypeOf } from "../api/content.ts";
import type { Row, Success } from "../api/describe.ts";
import type { AnyReply } from "../api/handler-types.ts";
import { failuresOf } from "../api/failures.ts";
import { commonHeaders } from "../api/headers.ts";
import { deriveOnce } from "../base/cache/cached.ts";
import { memoizeLast, memoize } from "../base/cache/memoize.ts";
import { entryOf, type Failure } from "../oci/errors.ts";
import { formatHttpDate } from "../oci/http-date.ts";
import type { Problem } from "./problem.ts";

/** A response body as a handler makes it, and as it may be sent. */
export type ReplyBody = string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>;

/** Makes the response with this body, which is `bodyOf` or the same content in another form. */
export function responseOf(row: Row, success: Success, reply: AnyReply, body: ReplyBody | null): Response {
  const headers = headersOf(success)(reply.headers);
  if (row.method !== "HEAD") return new Response(body, { status: success.status, headers });
  headers.set("Date", dateText());
  // Bun would add a Content-Length of 0.
  if (success.body === "stream") headers.set("Transfer-Encoding", "chunked");
  // For a HEAD request that is derived from a GET, the handler is that of the GET and has made the body.
  const length = lengthOf(body);
  if (length !== undefined) headers.set("Content-Length", String(length));
  return new Response(null, { status: success.status, headers });
}

/** The number of bytes of a body; undefined if there is none, and for a stream. */
export function lengthOf(body: ReplyBody | null): number | undefined {
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof Blob) return body.size;
  return body instanceof Uint8Array ? body.length : undefined;
}

/** The Date header. Bun adds it to every response except those to HEAD (RFC 9110 section 6.6.1). */
function dateText(): string {
  return textOfSecond(Math.floor(Date.now() / 1000));
}

const textOfSecond = memoizeLast((seconds: number) => formatHttpDate(seconds * 1000));

/** The headers of a response with this success. Headers of cached content are derived only once. */
const headersOf = memoize((success: Success) => {
  const mediaType = mediaTypeOf(success);
  const common = new Headers({ ...commonHeaders, ...(mediaType !== undefined && { "Content-Type": mediaType }) });
  return deriveOnce((own: AnyReply["headers"]) => {
    const headers = new Headers(common);
    for (const name in own) {
      const value = own[name];
      if (value !== undefined) headers.set(name, value);
    }
    return headers;
  });
});

/** The body of a response, in the form that its row declares; null if it has none. `Replies` makes streams. */
export function bodyOf(success: Success, { body }: AnyReply): ReplyBody | null {
  switch (success.body) {
    case "json":
      // Requests that share a list also share its serialized bytes.
      return body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body);
    case "text":
    case "manifest":
    case "document":
    case "blob":
      return body as ReplyBody;
    case "none":
    case "redirect":
    case "stream":
    default:
      return null;
  }
}

/** Redirects a client to another path, with 308 so that a push keeps its method and body. */
export function redirect(location: string): Response {
  return new Response(null, { status: 308, headers: { ...commonHeaders, Location: location, Date: dateText() } });
}

/**
 * Makes the response for a failure. A response to HEAD has the length of the body, but no body; a client needs a GET
 * to see the error.
 */
export function problemResponse({ status, headers, body }: Problem, method: string): Response {
  const all = {
    ...commonHeaders,
    "Content-Type": "application/json",
    ...headers,
    // Bun treats the body after a CONNECT as data in a tunnel and drops it, so the connection is closed.
    ...(method === "CONNECT" && { Connection: "close" }),
  };
  if (method !== "HEAD") return new Response(body, { status, headers: all });
  const dated = { ...all, Date: dateText(), "Content-Length": String(Buffer.byteLength(body)) };
  return new Response(null, { status, headers: dated });
}

/** What the row does not declare about this response; undefined if the response conforms to its row. */
export function breachOfReply(row: Row, reply: AnyReply): string | undefined {
  const success = row.successes[reply.outcome];
  if (!success) return `outcome ${reply.outcome} is not declared`;
  const breach = breachIn(success)(reply.headers);
  return breach && `${reply.outcome} ${breach}`;
}

/** The result for headers of cached content is computed only once. */
const breachIn = memoize((success: Success) =>
  deriveOnce((headers: AnyReply["headers"]) => breachOfHeaders(success, headers)),
);

function breachOfHeaders(success: Success, headers: AnyReply["headers"]): string | undefined {
  const allowed = allowedOf(success);
  const undeclared: string[] = [];
  for (const name in headers) if (!allowed.has(name)) undeclared.push(name);
  const missing = success.headers.filter((name) => headers[name] === undefined);
  if (undeclared.length > 0) return `carries undeclared headers: ${undeclared.join(", ")}`;
  return missing.length > 0 ? `lacks headers: ${missing.join(", ")}` : undefined;
}

/** What the row does not declare about this failure; undefined if the failure conforms to its row. */
export function breachOfProblem(row: Row, { failure, itemFailures, headers }: Problem): string | undefined {
  const undeclared = [failure, ...itemFailures].find((one) => one !== "INTERNAL" && !declared(row).has(one));
  if (undeclared !== undefined) return `failure ${undeclared} is not declared`;
  const missing = (entryOf(failure).headers ?? []).filter((name) => headers[name] === undefined);
  return missing.length > 0 ? `${failure} lacks headers: ${missing.join(", ")}` : undefined;
}

const allowedOf = memoize(
  ({ headers, optionalHeaders = [] }: Success): ReadonlySet<string> => new Set([...headers, ...optionalHeaders]),
);

const declared = memoize((row: Row): ReadonlySet<Failure> => new Set(failuresOf(row)));
