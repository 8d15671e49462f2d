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

This document is generated from the API table that the registry itself reads. If several operations of the table have the same
method and path, they are one operation in this document. \`x-lading-rows\` has their names, and the query keys in \`when\`
select one of them. A parameter with \`x-lading-rows\` belongs only to the operations in that list.

Any operation may also reply with status 500, the same envelope and the code \`UNKNOWN\`. This is always a defect of Lading.`;

/** Returns an OpenAPI 3.1 document for these rows. */
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
