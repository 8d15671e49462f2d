/** Replies for pages of other origins that the operator has named (Fetch Standard section 3.2, "CORS protocol"). */
import type { Row } from "../api/describe.ts";
import { commonHeaders, replyHeaders } from "../api/headers.ts";
import { httpLimits } from "./limits.ts";

/** What a page may set although no row reads it. */
const requestHeaders = ["accept", "authorization", "content-type"] as const;

/** Names of headers, as browsers list them. */
const headerNames = /^[a-z0-9!#$%&'*+.^_`|~-]+(?:, ?[a-z0-9!#$%&'*+.^_`|~-]+)*$/;

/** The headers that a page may read; it may read Content-Type, Content-Length and a few others in any case. */
const exposedHeaders = Object.keys(replyHeaders)
  .filter((name) => !name.startsWith("Access-Control-"))
  .join(", ");

export class Cors {
  readonly #origins: ReadonlySet<string>;
  readonly #all: boolean;

  /** Origins as browsers send them (the setting `cors-origins`); `*` is every origin. */
  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
    this.#all = origins.includes("*");
  }

  /** `origin`: of the page, as its browser sends it. */
  allows(origin: string): boolean {
    return this.#all || this.names(origin);
  }

  /** Whether the operator named this origin; `*` names none. */
  names(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** Whether a browser asks what the page may do; a page sends no OPTIONS itself without asking first. */
  isPreflight({ method, headers }: Request): boolean {
    const origin = headers.get("origin");
    return (
      method === "OPTIONS" && origin !== null && this.allows(origin) && headers.has("access-control-request-method")
    );
  }

  /**
   * What pages may do where these rows answer. They may set any header: user interfaces send `Cache-Control`, tracing adds
   * its own, and what no row reads changes nothing.
   */
  preflight({ headers: asked }: Request, rows: readonly Row[]): Response {
    const methods = [...new Set(rows.map(({ method }) => method))];
    const headers = new Set([
      ...requestHeaders,
      ...rows.flatMap((row) => Object.keys(row.headers)),
      ...namesIn(asked.get("access-control-request-headers") ?? ""),
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

  /** Lets the page read the reply. Without `*` a reply depends on who asks, and caches have to know that of every one. */
  complete({ headers: asked }: Request, { headers }: Response): void {
    const origin = asked.get("origin");
    if (!this.#all) headers.append("Vary", "Origin");
    if (origin === null || !this.allows(origin)) return;
    headers.set("Access-Control-Allow-Origin", this.#all ? "*" : origin);
    // Never with `*`: any page could then act as the user.
    if (!this.#all) headers.set("Access-Control-Allow-Credentials", "true");
    headers.set("Access-Control-Expose-Headers", exposedHeaders);
  }
}

function namesIn(list: string): readonly string[] {
  const isList = list.length <= httpLimits.preflightHeaderCharacters && headerNames.test(list);
  return isList ? list.split(",").map((name) => name.trim()) : [];
}
