import { byteRange, digest, entityTags, repositoryName } from "../codecs.ts";
import { deletionConditions } from "./conditions.ts";
import { scopedHeaders, scopedQuery } from "./scope.ts";
import type { Row } from "../describe.ts";
import { octets } from "../schemas.ts";

const blob = {
  path: "/v2/{name}/blobs/{digest}",
  route: { today: "blob" },
  parameters: { name: repositoryName, digest },
  body: { kind: "none" },
} as const;

export const readable = [
  "Docker-Content-Digest",
  "ETag",
  "Accept-Ranges",
  "Cache-Control",
  "Content-Disposition",
] as const;

export const condition = { codec: entityTags, doc: "Asks only for what the client does not have." } as const;

const unchanged = {
  status: 304,
  doc: "The client has it.",
  headers: ["ETag", "Docker-Content-Digest", "Cache-Control"],
  optionalHeaders: scopedHeaders,
  body: "none",
} as const;

export const blobRows = {
  blobGet: {
    ...blob,
    id: "blob-get",
    summary: "The bytes of a blob, or a part of them.",
    source: ["end-2", "DV2"],
    method: "GET",
    query: scopedQuery,
    headers: {
      range: { codec: byteRange, doc: "Asks for a part, or for several." },
      "if-none-match": condition,
      "if-range": { codec: entityTags, doc: "Asks for the part only while the blob is this one." },
    },
    access: { action: "pull", object: "digest" },
    successes: {
      whole: {
        status: 200,
        doc: "The whole blob.",
        headers: readable,
        optionalHeaders: scopedHeaders,
        body: "blob",
        content: octets,
      },
      part: {
        status: 206,
        doc: "The part that was asked for.",
        headers: [...readable, "Content-Range"],
        optionalHeaders: scopedHeaders,
        body: "blob",
        content: octets,
      },
      parts: {
        status: 206,
        doc: "The parts that were asked for, in that order, each with its `Content-Range`.",
        headers: [...readable, "Content-Type"],
        optionalHeaders: scopedHeaders,
        body: "blob",
        content: { "multipart/byteranges": {} },
      },
      unchanged,
    },
    failures: ["BLOB_UNKNOWN", "RANGE_UNSATISFIABLE", "UNAVAILABLE", "TOO_MANY_REQUESTS"],
    writes: false,
  },
  blobHead: {
    ...blob,
    id: "blob-head",
    summary: "Whether the blob is here, and how large it is. A 200 is a promise: the blob stays for at least an hour.",
    source: ["end-2", "DV2"],
    method: "HEAD",
    query: scopedQuery,
    headers: { "if-none-match": condition },
    access: { action: "pull", object: "digest" },
    successes: {
      here: {
        status: 200,
        doc: "It is.",
        headers: [...readable, "Content-Length"],
        optionalHeaders: scopedHeaders,
        body: "none",
        content: octets,
      },
      unchanged,
    },
    failures: ["BLOB_UNKNOWN", "UNAVAILABLE"],
    writes: false,
  },
  blobDelete: {
    ...blob,
    id: "blob-delete",
    summary: "Removes the blob from this repository. What a manifest still refers to is not removed.",
    source: ["end-10"],
    method: "DELETE",
    query: {},
    headers: deletionConditions,
    access: { action: "delete", object: "digest" },
    successes: { removed: { status: 202, doc: "It is gone from this repository.", headers: [], body: "none" } },
    failures: ["BLOB_UNKNOWN", "CONTENT_REFERENCED", "PRECONDITION_FAILED"],
    writes: true,
  },
} as const satisfies Record<string, Row>;
