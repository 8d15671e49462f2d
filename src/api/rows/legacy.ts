/**
 * The rows of the Registry API of November 2014. Its paths have `manifest` and `blob` in the singular, it reads manifests by
 * tag only, and it sends chunks with `PUT`. The replies have the status and error codes of that API.
 */
import { digest, repositoryName2014, session, tag } from "../codecs/content.ts";
import { blobLength, byteRange, httpDate } from "../codecs/headers.ts";
import type { Row } from "../describe.ts";
import { octets, signed } from "../schemas.ts";
import { condition, readable } from "./blobs.ts";
import { described, put as putManifest, refused } from "./manifests.ts";
import { blobBody, created, length, range, sessionReply, started, wanted } from "./uploads.ts";

const row = { dialect: "2014", source: ["2014"], query: {}, headers: {}, body: { kind: "none" } } as const;

const manifest = {
  ...row,
  path: "/v2/{name}/manifest/{tag}",
  route: { "2014": "image-manifest" },
  parameters: { name: repositoryName2014, tag },
} as const;

const blob = {
  ...row,
  path: "/v2/{name}/blob/{digest}",
  route: { "2014": "blob" },
  parameters: { name: repositoryName2014, digest },
  access: { action: "pull", object: "digest" },
  writes: false,
} as const;

const upload = {
  ...row,
  path: "/v2/{name}/blob/upload/{session}",
  route: { "2014": "blob-upload-resume" },
  parameters: { name: repositoryName2014, session },
  access: { action: "push", object: "session" },
} as const;

const dated = [...readable, "Last-Modified"] as const;

const conditions = {
  "if-none-match": condition,
  "if-modified-since": {
    codec: httpDate,
    doc: "Requests the content only if it is newer than this date. Ignored if the request has `If-None-Match`.",
  },
} as const;

const unchanged = {
  status: 304,
  doc: "The client already has this content.",
  headers: ["ETag", "Docker-Content-Digest", "Cache-Control", "Last-Modified"],
  body: "none",
} as const;

const status = {
  ...upload,
  successes: {
    status: {
      ...sessionReply,
      status: 204,
      doc: "The end of the `Range` header is the offset of the last byte received.",
    },
  },
  failures: ["UPLOAD_UNKNOWN", "UNAVAILABLE"],
  writes: false,
} as const;

const send = {
  ...upload,
  method: "PUT",
  headers: { "content-length": length, "content-range": range },
  body: blobBody,
  writes: true,
} as const;

const refusedChunk = ["UPLOAD_UNKNOWN", "CHUNK_OUT_OF_ORDER", "SIZE_INVALID", "UPLOAD_INVALID"] as const;

/** The rows of the paths of 2014. */
export const legacyRows = {
  legacyManifestGet: {
    ...manifest,
    id: "legacy-manifest-get",
    summary: "Reads the image that a tag points to, as a schema 1 manifest.",
    method: "GET",
    headers: { "if-none-match": condition },
    access: { action: "pull", object: "tag" },
    successes: {
      manifest: {
        status: 200,
        doc: "A schema 1 manifest with all its signatures. Lading converts other images to schema 1 and signs them with its own key.",
        headers: described,
        optionalHeaders: ["Content-Disposition"],
        body: "manifest",
        content: signed,
      },
      unchanged: {
        status: 304,
        doc: "The client already has this content.",
        headers: ["ETag", "Docker-Content-Digest"],
        body: "none",
      },
    },
    failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "UNAVAILABLE", "TOO_MANY_REQUESTS"],
    writes: false,
  },
  legacyManifestPut: {
    ...manifest,
    ...putManifest,
    id: "legacy-manifest-put",
    summary: "Stores a manifest and points the tag to it.",
    access: { action: "push", object: "tag" },
    successes: {
      stored: {
        status: 202,
        doc: "The manifest is stored, and the repository has all content that it refers to.",
        headers: ["Location", "Docker-Content-Digest"],
        optionalHeaders: ["OCI-Subject"],
        body: "none",
      },
    },
    failures: refused,
  },
  legacyManifestDelete: {
    ...manifest,
    id: "legacy-manifest-delete",
    summary: "Removes a tag. The manifest stays.",
    method: "DELETE",
    access: { action: "delete", object: "tag" },
    successes: { removed: { status: 202, doc: "The tag is removed.", headers: [], body: "none" } },
    failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN"],
    writes: true,
  },
  legacyBlobGet: {
    ...blob,
    id: "legacy-blob-get",
    summary: "Reads a blob, or parts of it.",
    method: "GET",
    headers: {
      range: { codec: byteRange, doc: "Requests one or more parts of the blob." },
      ...conditions,
      "if-range": { codec: httpDate, doc: "Requests the part only if the blob still has this date or digest." },
    },
    successes: {
      whole: {
        status: 200,
        doc: "The whole blob.",
        headers: dated,
        body: "blob",
        content: octets,
      },
      part: {
        status: 206,
        doc: "The requested part.",
        headers: [...dated, "Content-Range"],
        body: "blob",
        content: octets,
      },
      parts: {
        status: 206,
        doc: "The requested parts in the requested order, each with its `Content-Range`.",
        headers: [...dated, "Content-Type"],
        body: "blob",
        content: { "multipart/byteranges": {} },
      },
      unchanged,
    },
    failures: ["BLOB_UNKNOWN", "RANGE_UNSATISFIABLE", "UNAVAILABLE", "TOO_MANY_REQUESTS"],
  },
  legacyBlobHead: {
    ...blob,
    id: "legacy-blob-head",
    summary:
      "Checks whether the repository has the blob, and returns its size. After a 200, the blob stays for at least one hour.",
    method: "HEAD",
    headers: conditions,
    successes: {
      here: {
        status: 200,
        doc: "The repository has the blob.",
        headers: [...dated, "Content-Length"],
        body: "none",
        content: octets,
      },
      unchanged,
    },
    failures: ["BLOB_UNKNOWN", "UNAVAILABLE"],
  },
  legacyUploadStart: {
    ...row,
    path: "/v2/{name}/blob/upload/",
    route: { "2014": "blob-upload" },
    parameters: { name: repositoryName2014 },
    id: "legacy-upload-start",
    summary: "Starts an upload session. The client sends the digest when it finishes the upload.",
    method: "POST",
    access: { action: "push" },
    successes: { started: { ...sessionReply, status: started.status, doc: started.doc } },
    failures: ["TOO_MANY_REQUESTS"],
    writes: true,
  },
  legacyUploadStatus: {
    ...status,
    id: "legacy-upload-status",
    summary: "Returns how many bytes of an upload session have arrived.",
    method: "GET",
  },
  legacyUploadAppend: {
    ...send,
    id: "legacy-upload-append",
    summary: "Appends a chunk to an upload session.",
    successes: {
      accepted: { ...sessionReply, status: 202, doc: "The chunk is stored. Send the next one to the `Location`." },
    },
    failures: refusedChunk,
  },
  legacyUploadFinish: {
    ...send,
    id: "legacy-upload-finish",
    summary: "Finishes an upload session, with or without a last chunk.",
    when: ["digest"],
    query: { digest: wanted, length: { codec: blobLength, doc: "Size of the whole blob in bytes." } },
    successes: { created },
    failures: [...refusedChunk, "DIGEST_UNSUPPORTED", "DIGEST_MISMATCH"],
  },
  legacyUploadCancel: {
    ...upload,
    id: "legacy-upload-cancel",
    summary: "Cancels an upload session and discards its bytes.",
    method: "DELETE",
    successes: {
      cancelled: {
        status: 204,
        doc: "The upload session is cancelled.",
        headers: ["Docker-Upload-UUID"],
        body: "none",
      },
    },
    failures: ["UPLOAD_UNKNOWN"],
    writes: true,
  },
} as const satisfies Record<string, Row>;
