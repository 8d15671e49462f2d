import { codeOf, entryOf, type Dialect, type Failure } from "../../../oci/errors.ts";
import { contentOf } from "../../content.ts";
import type { Content, Success } from "../../describe.ts";
import { failuresOf } from "../../failures.ts";
import { commonHeaders, commonOptionalHeaders, redirectLocation, replyHeader, type HeaderText } from "../../headers.ts";
import type { Route } from "./routes.ts";
import { contentJson, envelopeOf, type Json } from "./schemas.ts";

/** One reason for a status. */
interface Cause {
  readonly doc: string;
  readonly headers: readonly string[];
  readonly optionalHeaders: readonly string[];
  readonly redirects?: boolean;
}

/** Returns the replies of a route by status. Text that several rows or failures share occurs once. */
export function responsesOf(route: Route): Json {
  const successes = route.rows.flatMap((row) => Object.values(row.successes));
  const responses = [
    ...[...Map.groupBy(successes, ({ status }) => status)].map(
      ([status, same]) => [status, successResponse(same, isBodyless(route))] as const,
    ),
    ...refusalsOf(route).map(({ status, key }) => [status, { $ref: `#/components/responses/${key}` }] as const),
  ];
  return Object.fromEntries(responses.toSorted(([a], [b]) => a - b));
}

/** An error status of a route, with all failures that have this status. */
export interface Refusal {
  readonly status: number;
  readonly failures: readonly Failure[];
  /** The key in the components, because many routes share the same replies. */
  readonly key: string;
  readonly dialect: Dialect;
  readonly bodyless: boolean;
}

/** Returns the error replies of a route, one for each status. */
export function refusalsOf(route: Route): Refusal[] {
  const bodyless = isBodyless(route);
  // All rows of a path have the same dialect.
  const { dialect = "today" } = route.rows[0]!;
  const all = [...new Set(route.rows.flatMap((row) => failuresOf(row)))].toSorted();
  return [...Map.groupBy(all, (failure) => entryOf(failure).status)].map(([status, failures]) => {
    const isWordedAlike = failures.every((failure) => codeOf(failure, dialect) === codeOf(failure, "today"));
    const marks = [...(isWordedAlike ? [] : [dialect]), ...(bodyless ? ["bodyless"] : [])];
    return { status, failures, key: [status, ...failures, ...marks].join("-"), dialect, bodyless };
  });
}

function isBodyless({ method }: Route): boolean {
  return method === "HEAD";
}

function successResponse(successes: readonly Success[], bodyless: boolean): Json {
  const content: Content = Object.assign({}, ...successes.filter(({ body }) => body !== "none").map(contentOf));
  const causes = successes.map(({ doc, headers, optionalHeaders = [], body }) => ({
    doc,
    headers,
    optionalHeaders,
    redirects: body === "redirect",
  }));
  return response(causes, bodyless ? {} : contentJson(content));
}

/** Returns the OpenAPI response of an error reply. */
export function refusalResponse({ failures, dialect, bodyless }: Refusal): Json {
  const entries = failures.map((failure) => ({ ...entryOf(failure), code: codeOf(failure, dialect) }));
  const causes = entries.map(({ code, message, advice, headers = [] }) => ({
    doc: `\`${code}\`: ${message}. ${advice}`,
    headers,
    optionalHeaders: [],
  }));
  const codes = [...new Set(entries.map(({ code }) => code))];
  return response(causes, bodyless ? {} : { "application/json": { schema: envelopeOf(codes) } });
}

function response(causes: readonly Cause[], content: Json): Json {
  return {
    description: [...new Set(causes.map(({ doc }) => doc))].join("\n\n"),
    headers: headersOf(causes),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

/** Returns the headers of a reply. A header is required if each cause requires it. */
function headersOf(causes: readonly Cause[]): Json {
  const names = new Set(causes.flatMap(({ headers, optionalHeaders }) => [...headers, ...optionalHeaders]));
  // OpenAPI has the media type of a body next to the body.
  names.delete("Content-Type");
  const own = [...names].map((name) => {
    const promised = causes.every(({ headers }) => headers.includes(name));
    if (name === "Location" && causes.some(({ redirects }) => redirects))
      return [name, textJson(redirectLocation, true)];
    return [name, promised ? { $ref: `#/components/headers/${name}` } : headerJson(name, false)] as const;
  });
  const everywhere = [...Object.keys(commonHeaders), ...commonOptionalHeaders];
  const common = everywhere.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const);
  return Object.fromEntries([...own, ...common]);
}

/** Returns the OpenAPI description of a reply header. */
export function headerJson(name: string, required: boolean): Json {
  return textJson(replyHeader(name), required);
}

function textJson({ doc, pattern }: HeaderText, required: boolean): Json {
  return { description: doc, required, schema: { type: "string", pattern } };
}
