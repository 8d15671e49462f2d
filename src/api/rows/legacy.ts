/**
 * The first routes, of November 2014, whose names soon changed: `manifest` and `blob` for a single thing, tags only, and
 * chunks that are put. They answer in the words and with the statuses of their time.
 */
import { blobLength, byteRange, digest, httpDate, repositoryName2014, session, tag } from "../codecs.ts";
import type { Row } from "../describe.ts";
import { octets, signed } from "../schemas.ts";
import { condition, readable } from "./blobs.ts";
import { described, put as putManifest, refused } from "./manifests.ts";
import { blobBody, created, length, range, standing, started, wanted } from "./uploads.ts";

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
  "if-modified-since": { codec: httpDate, doc: "The same, by the date; ignored beside If-None-Match." },
} as const;

const unchanged = {
  status: 304,
  doc: "The client has it.",
  headers: ["ETag", "Docker-Content-Digest", "Cache-Control", "Last-Modified"],
  body: "none",
} as const;

const status = {
  ...upload,
  successes: { standing: { ...standing, status: 204, doc: "The Range header ends with the last byte received." } },
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

export const legacyRows = {
  legacyManifestGet: {
    ...manifest,
    id: "legacy-manifest-get",
    summary: "The image that a tag points to, as schema 1.",
    method: "GET",
    headers: { "if-none-match": condition },
    access: { action: "pull", object: "tag" },
    successes: {
      manifest: {
        status: 200,
        doc: "What was signed, with all signatures of it; an image of today is written anew, and signed by the registry.",
        headers: described,
        optionalHeaders: ["Content-Disposition"],
        body: "manifest",
        content: signed,
      },
      unchanged: { status: 304, doc: "The client has it.", headers: ["ETag", "Docker-Content-Digest"], body: "none" },
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
        doc: "It is stored, and everything it refers to is here.",
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
    summary: "Removes a tag. The manifest it pointed to stays.",
    method: "DELETE",
    access: { action: "delete", object: "tag" },
    successes: { removed: { status: 202, doc: "It is gone.", headers: [], body: "none" } },
    failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN"],
    writes: true,
  },
  legacyBlobGet: {
    ...blob,
    id: "legacy-blob-get",
    summary: "The bytes of a blob, or a part of them.",
    method: "GET",
    headers: {
      range: { codec: byteRange, doc: "Asks for a part, or for several." },
      ...conditions,
      "if-range": { codec: httpDate, doc: "Asks for the part only while the blob is this one, by date or digest." },
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
        doc: "The part that was asked for.",
        headers: [...dated, "Content-Range"],
        body: "blob",
        content: octets,
      },
      parts: {
        status: 206,
        doc: "The parts that were asked for, in that order, each with its `Content-Range`.",
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
    summary: "Whether the blob is here, and how large it is. A 200 is a promise: the blob stays for at least an hour.",
    method: "HEAD",
    headers: conditions,
    successes: {
      here: { status: 200, doc: "It is.", headers: [...dated, "Content-Length"], body: "none", content: octets },
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
    summary: "Starts an upload session; the digest is named at its end.",
    method: "POST",
    access: { action: "push" },
    successes: { started: { ...standing, status: started.status, doc: started.doc } },
    failures: ["TOO_MANY_REQUESTS"],
    writes: true,
  },
  legacyUploadStatus: {
    ...status,
    id: "legacy-upload-status",
    summary: "How much of an upload has arrived.",
    method: "GET",
  },
  legacyUploadAppend: {
    ...send,
    id: "legacy-upload-append",
    summary: "Sends the next bytes of a blob.",
    successes: { accepted: { ...standing, status: 202, doc: "They are stored; go on at the Location." } },
    failures: refusedChunk,
  },
  legacyUploadFinish: {
    ...send,
    id: "legacy-upload-finish",
    summary: "Ends an upload, with or without its last bytes.",
    when: ["digest"],
    query: { digest: wanted, length: { codec: blobLength, doc: "Bytes of the whole blob." } },
    successes: { created },
    failures: [...refusedChunk, "DIGEST_UNSUPPORTED", "DIGEST_MISMATCH"],
  },
  legacyUploadCancel: {
    ...upload,
    id: "legacy-upload-cancel",
    summary: "Gives up an upload and forgets what has arrived.",
    method: "DELETE",
    successes: {
      cancelled: { status: 204, doc: "It is forgotten.", headers: ["Docker-Upload-UUID"], body: "none" },
    },
    failures: ["UPLOAD_UNKNOWN"],
    writes: true,
  },
} as const satisfies Record<string, Row>;
