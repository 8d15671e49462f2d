import { digest, repositoryName } from "../codecs/content.ts";
import { byteRange, entityTags } from "../codecs/headers.ts";
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

/** The headers of every reply with a blob. */
export const readable = [
  "Docker-Content-Digest",
  "ETag",
  "Accept-Ranges",
  "Cache-Control",
  "Content-Disposition",
] as const;

/** The request header `If-None-Match` of a row that reads a blob. */
export const condition = {
  codec: entityTags,
  doc: "Requests the content only if the client does not have it yet.",
} as const;

const unchanged = {
  status: 304,
  doc: "The client already has this content.",
  headers: ["ETag", "Docker-Content-Digest", "Cache-Control"],
  optionalHeaders: scopedHeaders,
  body: "none",
} as const;

/** The rows of blobs: read, check, delete. */
export const blobRows = {
  blobGet: {
    ...blob,
    id: "blob-get",
    summary: "Reads a blob, or parts of it.",
    source: ["end-2", "DV2"],
    method: "GET",
    query: scopedQuery,
    headers: {
      range: { codec: byteRange, doc: "Requests one or more parts of the blob." },
      "if-none-match": condition,
      "if-range": { codec: entityTags, doc: "Requests the part only if the blob still has this entity tag." },
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
        doc: "The requested part.",
        headers: [...readable, "Content-Range"],
        optionalHeaders: scopedHeaders,
        body: "blob",
        content: octets,
      },
      parts: {
        status: 206,
        doc: "The requested parts in the requested order, each with its `Content-Range`.",
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
    summary:
      "Checks whether the repository has the blob, and returns its size. After a 200, the blob stays for at least one hour.",
    source: ["end-2", "DV2"],
    method: "HEAD",
    query: scopedQuery,
    headers: { "if-none-match": condition },
    access: { action: "pull", object: "digest" },
    successes: {
      here: {
        status: 200,
        doc: "The repository has the blob.",
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
    summary: "Removes the blob from this repository. A blob that a manifest still refers to is not removed.",
    source: ["end-10"],
    method: "DELETE",
    query: {},
    headers: deletionConditions,
    access: { action: "delete", object: "digest" },
    successes: { removed: { status: 202, doc: "The repository no longer has the blob.", headers: [], body: "none" } },
    failures: ["BLOB_UNKNOWN", "CONTENT_REFERENCED", "PRECONDITION_FAILED"],
    writes: true,
  },
} as const satisfies Record<string, Row>;
