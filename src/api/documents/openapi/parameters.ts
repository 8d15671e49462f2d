import type { Codec } from "../../codec.ts";
import { requestContentOf } from "../../content.ts";
import type { Parameter, Row } from "../../describe.ts";
import { spanning } from "../../path.ts";
import { parameterNames, type Route } from "./routes.ts";
import { anyOf, contentJson, type Json } from "./schemas.ts";

/** Headers that describe the body. OpenAPI has a separate place for the first, and leaves the second to HTTP. */
const bodyHeaders = ["content-type", "content-length"];

/** Returns the parameters of a route. */
export function parametersOf(route: Route): readonly Json[] {
  return [...pathParameters(route), ...named(route, "query"), ...named(route, "header")];
}

function pathParameters({ path, rows }: Route): Json[] {
  const own = rows.map((row) => parameterNames(row.path));
  return parameterNames(path).map((name, place) =>
    pathParameter(
      name,
      rows.map((row, index) => row.parameters[own[index]![place]!]!),
    ),
  );
}

function pathParameter(name: string, codecs: readonly Codec<unknown>[]): Json {
  return { name, in: "path", required: true, ...(name === spanning && spans), schema: anyOf(codecs) };
}

const spans = {
  description:
    "The name may contain slashes, which stay unencoded in the path. OpenAPI cannot express this. Lading refuses a slash that is encoded as %2F.",
  "x-lading-spans-segments": true,
};

interface Use {
  readonly row: Row;
  readonly parameter: Parameter;
}

function named({ rows }: Route, place: "query" | "header"): Json[] {
  const uses = rows.flatMap((row) =>
    Object.entries(place === "query" ? row.query : row.headers).map(([name, parameter]) => ({ name, row, parameter })),
  );
  return [...Map.groupBy(uses, ({ name }) => name)]
    .filter(([name]) => place === "query" || !bodyHeaders.includes(name))
    .map(([name, sharing]) => namedParameter(name, place, sharing, rows));
}

function namedParameter(name: string, place: string, uses: readonly Use[], rows: readonly Row[]): Json {
  const everywhere = uses.length === rows.length;
  return {
    name,
    in: place,
    required: everywhere && uses.every(({ parameter }) => parameter.required),
    description: [...new Set(uses.map(({ parameter }) => parameter.doc))].join(" "),
    // The other rows ignore the parameter.
    ...(!everywhere && { "x-lading-rows": uses.map(({ row }) => row.id) }),
    schema: valueSchema(uses, place),
  };
}

function valueSchema(uses: readonly Use[], place: string): Json {
  const one = anyOf(uses.map(({ parameter }) => parameter.codec));
  const most = Math.max(...uses.map(({ parameter }) => parameter.repeated ?? 0));
  if (most > 0) return { type: "array", items: one, minItems: 1, maxItems: most };
  // An invalid value of a hint is ignored, so any text is allowed.
  if (uses.some(({ parameter }) => parameter.hint)) return { anyOf: [one, { type: "string" }] };
  return place === "query" && uses.some(isOptional) ? { anyOf: [one, { const: "" }] } : one;
}

function isOptional({ parameter }: Use): boolean {
  return !parameter.required;
}

/** Returns the request body of a route, or undefined if no row takes a body. */
export function requestBodyOf({ rows }: Route): Json | undefined {
  const bodies = rows.flatMap(({ body }) => (body.kind === "none" ? [] : [body]));
  if (bodies.length === 0) return undefined;
  const most = Math.max(...bodies.map(({ maxBytes }) => maxBytes));
  const lines = rows.flatMap(({ headers }) =>
    bodyHeaders.flatMap((name) => (headers[name] ? [`${name}: ${headers[name].doc}`] : [])),
  );
  return {
    description: [`At most ${most.toLocaleString("en")} bytes.`, ...new Set(lines)].join("\n\n"),
    // A buffered body is a document. A stream may be empty.
    required: bodies.length === rows.length && bodies.every(({ kind }) => kind !== "stream"),
    content: contentJson(Object.assign({}, ...bodies.map(requestContentOf))),
  };
}
