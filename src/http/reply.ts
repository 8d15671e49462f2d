import { mediaTypeOf } from "../api/content.ts";
import type { AnyReply, Row, Success } from "../api/describe.ts";
import { failuresOf } from "../api/failures.ts";
import { commonHeaders } from "../api/headers.ts";
import { deriveOnce } from "../base/cache/cached.ts";
import { memoizeLast, memoize } from "../base/cache/memoize.ts";
import { entryOf, type Failure } from "../oci/errors.ts";
import { formatHttpDate } from "../oci/http-date.ts";
import type { Problem } from "./problem.ts";

/** A body as a handler makes it, and as it may be sent. */
export type ReplyBody = string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>;

/** The reply with this body, which is `bodyOf` or the same content in another form. */
export function responseOf(row: Row, success: Success, reply: AnyReply, body: ReplyBody | null): Response {
  const headers = headersOf(success)(reply.headers);
  if (row.method !== "HEAD") return new Response(body, { status: success.status, headers });
  headers.set("Date", dateText());
  // A derived HEAD: its handler is that of the GET, and made the body.
  const length = lengthOf(body);
  if (length !== undefined) headers.set("Content-Length", String(length));
  return new Response(null, { status: success.status, headers });
}

/** Bytes of the body; undefined where there is none, and of a stream. */
export function lengthOf(body: ReplyBody | null): number | undefined {
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof Blob) return body.size;
  return body instanceof Uint8Array ? body.length : undefined;
}

/** Bun dates every reply but those to HEAD (RFC 9110 section 6.6.1). */
function dateText(): string {
  return textOfSecond(Math.floor(Date.now() / 1000));
}

const textOfSecond = memoizeLast((seconds: number) => formatHttpDate(seconds * 1000));

/** The headers of such a reply. Frozen ones are given again: what goes to the wire is made of them once. */
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

export function bodyOf(success: Success, { body }: AnyReply): ReplyBody | null {
  switch (success.body) {
    case "json":
      // Lists that several requests share are written once.
      return body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body);
    case "text":
    case "manifest":
    case "document":
    case "blob":
      return body as ReplyBody;
    case "none":
    default:
      return null;
  }
}

/** Sends a client to another path; 308, so that a push stays one. */
export function redirect(location: string): Response {
  return new Response(null, { status: 308, headers: { ...commonHeaders, Location: location, Date: dateText() } });
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
  const dated = { ...all, Date: dateText(), "Content-Length": String(Buffer.byteLength(body)) };
  return new Response(null, { status, headers: dated });
}

/** What is wrong with a reply that its row did not announce; undefined where all is well. */
export function breachOfReply(row: Row, reply: AnyReply): string | undefined {
  const success = row.successes[reply.outcome];
  if (!success) return `outcome ${reply.outcome} is not declared`;
  const breach = breachIn(success)(reply.headers);
  return breach && `${reply.outcome} ${breach}`;
}

/** Of headers that are frozen, once. */
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
