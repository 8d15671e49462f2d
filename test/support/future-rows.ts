/**
 * A small table with the kinds of rows that the API of Lading does not have yet: JSON bodies, streamed replies and
 * redirects. Tests serve it with the same router, binder, pipeline and documents.
 */
import { tag } from "../../src/api/codecs/content.ts";
import type { Row } from "../../src/api/describe.ts";
import { withHeads } from "../../src/api/heads.ts";
import type { Schema } from "../../src/api/schema.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";

/** The document of a webhook that a client stores. */
export const webhookSchema = {
  type: "object",
  properties: {
    url: { type: "string", pattern: "^https://[!-~]+$", maxLength: 40 },
    events: { type: "array", items: { enum: ["push", "delete"] }, minItems: 1, maxItems: 2 },
    retries: { type: "integer", minimum: 0, maximum: 10 },
    enabled: { type: "boolean" },
    labels: { type: "object", additionalProperties: { type: "string" } },
    note: { type: ["string", "null"] },
  },
  required: ["url", "events"],
  additionalProperties: false,
} as const satisfies Schema;

const stored = {
  type: "object",
  properties: { name: { type: "string" }, retries: { type: "integer" } },
  required: ["name", "retries"],
} as const satisfies Schema;

/** The maximum size of a webhook's document in bytes. */
export const webhookBytes = 1024;

const reading = { method: "GET", query: {}, headers: {}, body: { kind: "none" }, failures: [], writes: false } as const;

/** The rows, by the names of their handlers. */
export const futureTable = {
  webhookPut: {
    id: "webhook-put",
    summary: "Stores a webhook.",
    source: ["lading"],
    method: "PUT",
    path: "/admin/webhooks/{webhook}",
    parameters: { webhook: tag },
    query: {},
    headers: {},
    body: { kind: "json", schema: webhookSchema, maxBytes: webhookBytes },
    successes: {
      stored: {
        status: 201,
        doc: "The webhook is stored.",
        headers: [],
        body: "json",
        content: { [mediaTypes.json]: stored },
      },
    },
    failures: [],
    writes: false,
  },
  eventList: {
    ...reading,
    id: "event-list",
    summary: "Sends events, one a line, as they happen.",
    source: ["lading"],
    path: "/admin/events",
    parameters: {},
    successes: {
      events: {
        status: 200,
        doc: "The events.",
        headers: ["Cache-Control"],
        body: "stream",
        content: { "application/x-ndjson": {} },
      },
    },
  },
  archiveGet: {
    ...reading,
    id: "archive-get",
    summary: "Reads an archive from where it is stored.",
    source: ["lading"],
    path: "/admin/archives/{archive}",
    parameters: { archive: tag },
    successes: {
      elsewhere: {
        status: 307,
        doc: "The archive is at another URL, which is valid for a limited time.",
        headers: ["Location", "Cache-Control"],
        body: "redirect",
      },
    },
  },
} as const satisfies Record<string, Row>;

/** The type of the table. */
export type FutureTable = typeof futureTable;

/** The rows with the derived HEAD rows, for the documents and the obligations. */
export const futureRows: readonly Row[] = withHeads(Object.values(futureTable));
