import { accept, entityTags } from "../codecs/headers.ts";
import type { Row } from "../describe.ts";

const document = {
  source: ["lading"],
  method: "GET",
  parameters: {},
  query: {},
  headers: {
    "if-none-match": { codec: entityTags, doc: "Requests the document only if the client does not have it yet." },
  },
  body: { kind: "none" },
  linkable: true,
  failures: [],
  writes: false,
} as const;

const unchanged = {
  status: 304,
  doc: "The client already has this document.",
  headers: ["ETag", "Cache-Control"],
  body: "none",
} as const;

/** The rows of the registry's own pages: home page, API reference and OpenAPI document. */
export const documentRows = {
  home: {
    ...document,
    id: "home",
    summary: "Shows a home page for browsers: what this registry is, and how to push to it.",
    path: "/",
    asksHost: true,
    headers: { accept: { codec: accept, doc: "A client that prefers JSON gets 404." } },
    successes: {
      page: {
        status: 200,
        doc: "The page.",
        headers: ["Cache-Control", "Content-Security-Policy", "Vary"],
        body: "document",
        content: { "text/html; charset=utf-8": {} },
      },
    },
    failures: ["ROUTE_UNKNOWN"],
  },
  openapi: {
    ...document,
    id: "openapi",
    summary: "Describes this API in OpenAPI 3.1.",
    path: "/openapi.json",
    successes: {
      document: {
        status: 200,
        doc: "The document.",
        headers: ["ETag", "Cache-Control"],
        body: "document",
        content: { "application/json": { type: "object", required: ["openapi", "info", "paths"] } },
      },
      unchanged,
    },
  },
  docs: {
    ...document,
    id: "docs",
    summary: "Shows the API reference as a web page.",
    path: "/docs",
    successes: {
      page: {
        status: 200,
        doc: "The page.",
        headers: ["ETag", "Cache-Control", "Content-Security-Policy"],
        body: "document",
        content: { "text/html; charset=utf-8": {} },
      },
      // A browser puts the headers of a 304 in the place of those that it has stored with the page.
      unchanged: { ...unchanged, headers: [...unchanged.headers, "Content-Security-Policy"] },
    },
  },
} as const satisfies Record<string, Row>;
