import { apiLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { algorithm, repositoryName, session, wantedDigest } from "../codecs/content.ts";
import { chunkRange, contentLength } from "../codecs/headers.ts";
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

/** The body of a request that sends bytes of a blob. */
export const blobBody = { kind: "stream", maxBytes: ociLimits.blobBytes, content: { ...octets, "*/*": {} } } as const;
const noBody = { kind: "none" } as const;

/** The request header `Content-Length`. */
export const length = {
  codec: contentLength,
  doc: "Size of the body in bytes. Absent with chunked transfer encoding.",
} as const;
/** The request header `Content-Range` of a chunk. */
export const range = {
  codec: chunkRange,
  doc: "Position of the chunk in the blob. If it is absent, the chunk starts at the offset of the upload session.",
} as const;
/** The query parameter with the digest of the uploaded blob. */
export const wanted = {
  codec: wantedDigest,
  doc: "Digest of the whole blob.",
  required: true,
  repeated: apiLimits.digestsInPush,
} as const;

const totals = {
  length: { codec: contentLength, doc: "Size of the whole blob in bytes, which clients of 2014 send." },
  size: { codec: contentLength, doc: "Another name of `length`." },
} as const;

/** The reply that an upload session was started. */
export const started = {
  status: 202,
  doc: "An upload session was started. Send the bytes to its `Location`.",
  headers: ["Location", "Range", "Docker-Upload-UUID"],
  optionalHeaders: ["OCI-Chunk-Min-Length", "OCI-Chunk-Max-Length"],
  body: "none",
} as const;
/** The reply that a blob was stored. */
export const created = {
  status: 201,
  doc: "The blob is stored. Clients can pull it from the `Location`.",
  headers: ["Location", "Docker-Content-Digest"],
  body: "none",
} as const;
/** What the replies with the offset of an upload session have in common. */
export const sessionReply = { headers: ["Location", "Range", "Docker-Upload-UUID"], body: "none" } as const;

/** The rows of blob uploads. */
export const uploadRows = {
  uploadStart: {
    ...start,
    id: "upload-start",
    summary: "Starts an upload session.",
    source: ["end-4a", "end-4c", "DV2"],
    query: {
      "digest-algorithm": {
        codec: algorithm,
        doc: "Algorithm of the digest with which the client will finish the upload.",
      },
    },
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
      "Stores a blob in a single request. If the body is empty, it starts an upload session, unless the digest is the digest of no bytes.",
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
    summary: "Mounts a blob of another repository. If that is not possible, it starts an upload session.",
    source: ["end-11", "DV2"],
    when: ["mount"],
    query: {
      mount: { codec: wantedDigest, doc: "Digest of the blob.", hint: true },
      from: {
        codec: repositoryName,
        hint: true,
        doc: "Repository that has the blob. If it is absent and the setting `anonymous-mount` is on, Lading looks in every repository that the client may pull from.",
      },
    },
    headers: {},
    access: { action: "push", from: { action: "pull", repository: "from", object: "mount" } },
    body: noBody,
    successes: { created, started },
    failures: ["TOO_MANY_REQUESTS"],
  },
  uploadStatus: {
    ...resume,
    id: "upload-status",
    summary: "Returns how many bytes of an upload session have arrived.",
    source: ["end-13", "DV2"],
    method: "GET",
    query: {},
    headers: {},
    body: noBody,
    successes: {
      status: {
        ...sessionReply,
        status: 204,
        doc: "The end of the `Range` header is the offset of the last byte received.",
      },
    },
    failures: ["UPLOAD_UNKNOWN", "UNAVAILABLE"],
    writes: false,
  },
  uploadAppend: {
    ...resume,
    id: "upload-append",
    summary: "Appends a chunk to an upload session.",
    source: ["end-5", "DV2"],
    method: "PATCH",
    query: {},
    headers: { "content-length": length, "content-range": range },
    body: blobBody,
    successes: {
      accepted: { ...sessionReply, status: 202, doc: "The chunk is stored. Send the next one to the `Location`." },
    },
    failures: ["UPLOAD_UNKNOWN", "CHUNK_OUT_OF_ORDER", "SIZE_INVALID", "UPLOAD_INVALID"],
    writes: true,
  },
  uploadFinish: {
    ...resume,
    id: "upload-finish",
    summary: "Finishes an upload session, with or without a last chunk.",
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
    summary: "Cancels an upload session and discards its bytes.",
    source: ["end-14", "DV2"],
    method: "DELETE",
    query: {},
    headers: {},
    body: noBody,
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
