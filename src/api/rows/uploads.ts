import { apiLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { algorithm, chunkRange, contentLength, repositoryName, session, wantedDigest } from "../codecs.ts";
import type { Row } from "../describe.ts";
import { octets } from "../schemas.ts";

const start = {
  method: "POST",
  path: "/v2/{name}/blobs/uploads/",
  route: { today: "blob-upload" },
  parameters: { name: repositoryName },
  writes: true,
} as const;

const resume = {
  path: "/v2/{name}/blobs/uploads/{session}",
  route: { today: "blob-upload-chunk" },
  parameters: { name: repositoryName, session },
  access: { action: "push", object: "session" },
} as const;

export const blobBody = { kind: "stream", maxBytes: ociLimits.blobBytes, content: { ...octets, "*/*": {} } } as const;
const noBody = { kind: "none" } as const;

export const length = {
  codec: contentLength,
  doc: "Bytes that will come; absent where they are sent chunked.",
} as const;
export const range = {
  codec: chunkRange,
  doc: "Where the bytes belong; absent where they follow what is there.",
} as const;
export const wanted = {
  codec: wantedDigest,
  doc: "Digest of the whole blob.",
  required: true,
  repeated: apiLimits.digestsInPush,
} as const;

const totals = {
  length: { codec: contentLength, doc: "Bytes of the whole blob, as clients of 2014 announce them." },
  size: { codec: contentLength, doc: "The same, by its other name." },
} as const;

export const started = {
  status: 202,
  doc: "A session was started; send the bytes to its Location.",
  headers: ["Location", "Range", "Docker-Upload-UUID"],
  optionalHeaders: ["OCI-Chunk-Min-Length", "OCI-Chunk-Max-Length"],
  body: "none",
} as const;
export const created = {
  status: 201,
  doc: "The blob is stored, and can be pulled from its Location.",
  headers: ["Location", "Docker-Content-Digest"],
  body: "none",
} as const;
export const standing = { headers: ["Location", "Range", "Docker-Upload-UUID"], body: "none" } as const;

export const uploadRows = {
  uploadStart: {
    ...start,
    id: "upload-start",
    summary: "Starts an upload session.",
    source: ["end-4a", "end-4c", "DV2"],
    query: { "digest-algorithm": { codec: algorithm, doc: "Algorithm of the digest that the upload will end with." } },
    headers: {},
    access: { action: "push" },
    body: noBody,
    successes: { started },
    failures: ["TOO_MANY_REQUESTS"],
  },
  uploadMonolithic: {
    ...start,
    id: "upload-monolithic",
    summary:
      "Stores a blob in a single request. Without a body it starts a session, unless the digest is that of no bytes.",
    source: ["end-4b", "DV2"],
    when: ["digest"],
    query: { digest: wanted, ...totals },
    headers: { "content-length": length },
    access: { action: "push" },
    body: blobBody,
    successes: { created, started },
    failures: ["DIGEST_UNSUPPORTED", "DIGEST_MISMATCH", "SIZE_INVALID", "UPLOAD_INVALID"],
  },
  uploadMount: {
    ...start,
    id: "upload-mount",
    summary: "Takes over a blob of another repository, or starts a session where that cannot be done.",
    source: ["end-11", "DV2"],
    when: ["mount"],
    query: {
      mount: { codec: wantedDigest, doc: "Digest of the blob.", hint: true },
      from: {
        codec: repositoryName,
        hint: true,
        doc: "Repository that has it. Absent, any repository that the client may pull from will do, where the operator allows it.",
      },
    },
    headers: {},
    access: { action: "push", also: { action: "pull", repository: "from", object: "mount" } },
    body: noBody,
    successes: { created, started },
    failures: ["TOO_MANY_REQUESTS"],
  },
  uploadStatus: {
    ...resume,
    id: "upload-status",
    summary: "How much of an upload has arrived.",
    source: ["end-13", "DV2"],
    method: "GET",
    query: {},
    headers: {},
    body: noBody,
    successes: { standing: { ...standing, status: 204, doc: "The Range header ends with the last byte received." } },
    failures: ["UPLOAD_UNKNOWN", "UNAVAILABLE"],
    writes: false,
  },
  uploadAppend: {
    ...resume,
    id: "upload-append",
    summary: "Sends the next bytes of a blob.",
    source: ["end-5", "DV2"],
    method: "PATCH",
    query: {},
    headers: { "content-length": length, "content-range": range },
    body: blobBody,
    successes: { accepted: { ...standing, status: 202, doc: "They are stored; go on at the Location." } },
    failures: ["UPLOAD_UNKNOWN", "CHUNK_OUT_OF_ORDER", "SIZE_INVALID", "UPLOAD_INVALID"],
    writes: true,
  },
  uploadFinish: {
    ...resume,
    id: "upload-finish",
    summary: "Ends an upload, with or without its last bytes.",
    source: ["end-6", "DV2"],
    method: "PUT",
    query: { digest: wanted, ...totals },
    headers: { "content-length": length, "content-range": range },
    body: blobBody,
    successes: { created },
    failures: [
      "UPLOAD_UNKNOWN",
      "CHUNK_OUT_OF_ORDER",
      "SIZE_INVALID",
      "UPLOAD_INVALID",
      "DIGEST_UNSUPPORTED",
      "DIGEST_MISMATCH",
    ],
    writes: true,
  },
  uploadCancel: {
    ...resume,
    id: "upload-cancel",
    summary: "Gives up an upload and forgets what has arrived.",
    source: ["end-14", "DV2"],
    method: "DELETE",
    query: {},
    headers: {},
    body: noBody,
    successes: {
      cancelled: { status: 204, doc: "It is forgotten.", headers: ["Docker-Upload-UUID"], body: "none" },
    },
    failures: ["UPLOAD_UNKNOWN"],
    writes: true,
  },
} as const satisfies Record<string, Row>;
