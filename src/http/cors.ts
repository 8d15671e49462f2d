/** Responses for pages of other origins that the operator allows (Fetch Standard section 3.2, "CORS protocol"). */
import type { Row } from "../api/describe.ts";
import { commonHeaders, replyHeaders } from "../api/headers.ts";
import { httpLimits } from "./limits.ts";

/** Headers that a page may set although no row reads them. */
const requestHeaders = ["accept", "authorization", "content-type"] as const;

/** A list of header names, as browsers send it. */
const headerNames = /^[a-z0-9!#$%&'*+.^_`|~-]+(?:, ?[a-z0-9!#$%&'*+.^_`|~-]+)*$/;

/**
 * The headers that a page may read, besides Content-Type, Content-Length and a few others that are always readable.
 */
const exposedHeaders = Object.keys(replyHeaders)
  .filter((name) => !name.startsWith("Access-Control-"))
  .join(", ");

/** `Cors` answers preflights and adds the headers of the CORS protocol. */
export class Cors {
  readonly #origins: ReadonlySet<string>;
  readonly #all: boolean;

  /** `origins` has the origins as browsers send them (the setting `cors-origins`); `*` allows every origin. */
  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
    this.#all = origins.includes("*");
  }

  /** Whether a page of this origin has access. `origin` has the form that browsers send. */
  allows(origin: string): boolean {
    return this.#all || this.names(origin);
  }

  /** Whether the operator named this origin; `*` names none. */
  names(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** Whether the request is a preflight of a browser. A page cannot send OPTIONS itself without a preflight. */
  isPreflight({ method, headers }: Request): boolean {
    const origin = headers.get("origin");
    return (
      method === "OPTIONS" && origin !== null && this.allows(origin) && headers.has("access-control-request-method")
    );
  }

  /**
   * Answers a preflight for a path that these rows serve. Pages may set any header: user interfaces send
   * `Cache-Control`, tracing adds its own headers, and a header that no row reads has no effect.
   */
  preflight({ headers: requested }: Request, rows: readonly Row[]): Response {
    const methods = [...new Set(rows.map(({ method }) => method))];
    const headers = new Set([
      ...requestHeaders,
      ...rows.flatMap((row) => Object.keys(row.headers)),
      ...namesIn(requested.get("access-control-request-headers") ?? ""),
    ]);
    return new Response(null, {
      status: 204,
      headers: {
        ...commonHeaders,
        "Access-Control-Allow-Methods": methods.join(", "),
        "Access-Control-Allow-Headers": [...headers].join(", "),
        "Access-Control-Max-Age": String(httpLimits.preflightSeconds),
      },
    });
  }

  /**
   * Lets the page read the response. Without `*` a response depends on the origin, so each one tells caches that it
   * does.
   */
  complete({ headers: requested }: Request, { headers }: Response): void {
    const origin = requested.get("origin");
    if (!this.#all) headers.append("Vary", "Origin");
    if (origin === null || !this.allows(origin)) return;
    headers.set("Access-Control-Allow-Origin", this.#all ? "*" : origin);
    // With `*` this header is never sent: any page could then act as the user.
    if (!this.#all) headers.set("Access-Control-Allow-Credentials", "true");
    headers.set("Access-Control-Expose-Headers", exposedHeaders);
  }
}

function namesIn(list: string): readonly string[] {
  const isList = list.length <= httpLimits.preflightHeaderCharacters && headerNames.test(list);
  return isList ? list.split(",").map((name) => name.trim()) : [];
}
