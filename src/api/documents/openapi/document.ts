import manifest from "../../../../package.json" with { type: "json" };
import { commonOptionalHeaders, replyHeaders } from "../../headers.ts";
import { errorEnvelope } from "../../schemas.ts";
import type { Row } from "../../describe.ts";
import { forms } from "../forms.ts";
import { parametersOf, requestBodyOf } from "./parameters.ts";
import { headerJson, refusalResponse, refusalsOf, responsesOf } from "./replies.ts";
import { joined, routesOf, type Route } from "./routes.ts";
import { codecKey, codecSchema, envelopeKey, type Json } from "./schemas.ts";

const about = `A registry for container images and every other OCI artifact.

Made from the table that the registry itself runs on. Where several uses of the API share a method and a path, they are one
operation here, and \`x-lading-rows\` names them; the query keys in \`when\` choose among them. A
parameter with \`x-lading-rows\` is looked at by these alone.

Any operation may also answer 500, with the same envelope and the code \`UNKNOWN\`; that always is a defect.`;

/** An API in OpenAPI 3.1. */
export function openapiDocument(rows: readonly Row[], pathPrefix = ""): string {
  const routes = routesOf(rows);
  const document = {
    openapi: "3.1.1",
    info: {
      title: "Lading",
      version: manifest.version,
      description: about,
      license: { name: "Apache License 2.0", identifier: manifest.license },
    },
    servers: [{ url: `${pathPrefix}/` }],
    paths: pathsOf(routes),
    components: { schemas: schemas(rows), headers: headers(), responses: refusalsByKey(routes) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function pathsOf(routes: readonly Route[]): Json {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  return Object.fromEntries(
    [...byPath].map(([path, sharing]) => [
      path,
      Object.fromEntries(sharing.map((route) => [route.method.toLowerCase(), operationOf(route)])),
    ]),
  );
}

function operationOf(route: Route): Json {
  const requestBody = requestBodyOf(route);
  return {
    operationId: joined(route.rows.map(({ id }) => id)),
    summary: [...new Set(route.rows.map(({ summary }) => summary))].join(" Or: "),
    parameters: parametersOf(route),
    ...(requestBody && { requestBody }),
    responses: responsesOf(route),
    "x-lading-rows": route.rows.map(({ id, source, when, access }) => ({ id, source, when, access })),
  };
}

function schemas(rows: readonly Row[]): Json {
  return {
    [envelopeKey]: errorEnvelope,
    ...Object.fromEntries(forms(rows).map((codec) => [codecKey(codec), codecSchema(codec)])),
  };
}

function refusalsByKey(routes: readonly Route[]): Json {
  return Object.fromEntries(routes.flatMap(refusalsOf).map((refusal) => [refusal.key, refusalResponse(refusal)]));
}

function headers(): Json {
  const names = Object.keys(replyHeaders).filter((name) => name !== "Content-Type");
  const optional: readonly string[] = commonOptionalHeaders;
  return Object.fromEntries(names.map((name) => [name, headerJson(name, !optional.includes(name))]));
}
