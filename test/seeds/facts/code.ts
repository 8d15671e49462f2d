/** The requirements of the four other texts: code of November 2014 without descriptors. */
import type { Line } from "../fact.ts";

const routes = "src/api/routes.ts";
const router = "src/http/router.ts";
const schema1 = { modules: ["src/docker/schema1/document.ts"], shown: ["LEG-18", "LEG-19"] } as const;
const signature = {
  modules: ["src/docker/schema1/signed.ts"],
  divergence: "A signature of 2014 is an element of `signatures`",
  shown: ["LEG-19"],
} as const;
const tarsum = {
  modules: ["src/docker/tarsum/tarsum.ts", "src/metadata/sql/aliases.ts"],
  shown: ["UP-49"],
} as const;

export const routeLines: readonly Line[] = [
  {
    entry: "Route names: image-manifest, tags, blob, blob-upload, blob-upload-resume",
    modules: [routes],
    shown: ["LEG-14"],
  },
  {
    entry: "A list of all routes, and a router built from it",
    modules: ["src/api/table.ts", router],
    shown: ["LEG-14"],
  },
  { entry: "Named routes that clients can use too", modules: [routes], shown: ["LEG-14"] },
  { entry: "A trailing slash in a path", modules: [router], shown: ["PATH-03"] },
  { entry: "GET `/v2/<name>/manifest/<tag>`", rows: ["legacy-manifest-get"], shown: ["LEG-01", "LEG-02"] },
  { entry: "PUT `/v2/<name>/manifest/<tag>`", rows: ["legacy-manifest-put"], shown: ["LEG-01", "LEG-11"] },
  { entry: "DELETE `/v2/<name>/manifest/<tag>`", rows: ["legacy-manifest-delete"], shown: ["LEG-01", "LEG-02"] },
  { entry: "GET `/v2/<name>/tags/list`", rows: ["tag-list"], shown: ["TAGS-01"] },
  { entry: "GET `/v2/<name>/blob/<digest>`", rows: ["legacy-blob-get"], shown: ["LEG-03"] },
  { entry: "POST `/v2/<name>/blob/upload/`", rows: ["legacy-upload-start"], shown: ["LEG-05"] },
  {
    entry: "GET `/v2/<name>/blob/upload/<uuid>`: status of an upload session",
    rows: ["legacy-upload-status"],
    shown: ["LEG-06"],
  },
  {
    entry: "PUT `/v2/<name>/blob/upload/<uuid>`: the whole layer, or a chunk",
    rows: ["legacy-upload-append", "legacy-upload-finish"],
    shown: ["LEG-07"],
  },
  { entry: "DELETE `/v2/<name>/blob/upload/<uuid>`", rows: ["legacy-upload-cancel"], shown: ["LEG-09"] },
  { entry: "Syntax of a name", modules: ["src/oci/repository-name.ts"], shown: ["NAME-L1", "LEG-10"] },
  { entry: "Syntax of a tag", modules: ["src/oci/reference.ts"], shown: ["TAG-01", "LEG-02"] },
  {
    entry: "Syntax of a digest: an algorithm, a colon and the rest",
    modules: ["src/oci/digest.ts"],
    shown: ["DIG-01", "LEG-03"],
  },
  { entry: "Any text as the id of an upload session", rows: ["legacy-upload-status"], shown: ["LEG-09"] },
  {
    entry: "A digest of any kind where 2014 required a tarsum",
    rows: ["legacy-upload-finish"],
    shown: ["LEG-07", "LEG-08"],
  },
  { entry: "Starting an upload needs no digest", rows: ["legacy-upload-start"], shown: ["LEG-05"] },
  {
    entry: "Layers are stored as blobs of any kind",
    modules: ["src/registry/content/blobs.ts"],
    shown: ["BLOB-01", "BLOB-14"],
  },
];

export const layerLines: readonly Line[] = [
  { entry: "GET of a layer", rows: ["legacy-blob-get"], shown: ["LEG-03"] },
  { entry: "HEAD of a layer", rows: ["legacy-blob-head"], shown: ["LEG-03"] },
  { entry: "No other method", modules: [router], shown: ["METH-01"] },
  { entry: "A malformed digest: INVALID_DIGEST", rows: ["legacy-blob-get"], shown: ["LEG-03"] },
  { entry: "A missing layer: 404, UNKNOWN_LAYER", rows: ["legacy-blob-get"], shown: ["LEG-03"] },
  { entry: "… with its blobSum as the detail", modules: ["src/http/problem.ts"], shown: ["LEG-03", "LEG-11"] },
  { entry: "Any other error: UNKNOWN", modules: ["src/http/problem.ts", "src/oci/errors.ts"], shown: ["LEG-16"] },
  {
    entry: "Errors are collected and sent as one list",
    modules: ["src/oci/errors.ts", "src/http/problem.ts"],
    shown: ["LEG-15"],
  },
  { entry: "The content, in whole or in parts", modules: ["src/http/handlers/blobs.ts"], shown: ["LEG-03"] },
  {
    entry: "… with the time of its push, for If-Modified-Since and If-Range",
    modules: ["src/http/handlers/legacy.ts"],
    shown: ["LEG-04"],
  },
  {
    entry: "The log line of a request contains the digest",
    modules: ["src/http/observe/request-log.ts"],
    shown: ["LEG-17"],
  },
  { entry: "The URL of a layer, built from the route's name", modules: [routes], shown: ["LEG-14"] },
  { entry: "… with scheme and host", divergence: "A Location is a path", shown: ["UP-40"] },
  { entry: "An upload that starts and ends with one chunk", rows: ["legacy-upload-finish"], shown: ["LEG-07"] },
  { entry: "A layer can be pulled by its tarsum", ...tarsum },
];

export const uploadLines: readonly Line[] = [
  { entry: "POST: starts an upload session", rows: ["legacy-upload-start"], shown: ["LEG-05"] },
  {
    entry: "GET and HEAD: its status",
    rows: ["legacy-upload-status", "legacy-upload-status-head"],
    shown: ["LEG-06"],
  },
  { entry: "PUT: a chunk", rows: ["legacy-upload-append"], shown: ["LEG-07"] },
  {
    entry: "PUT: the last request, with a checksum and a length",
    rows: ["legacy-upload-finish"],
    shown: ["LEG-07", "LEG-08"],
  },
  { entry: "DELETE: cancels it", rows: ["legacy-upload-cancel"], shown: ["LEG-09"] },
  { entry: "No other method", modules: [router], shown: ["METH-01"] },
  {
    entry: "An upload session is identified by its id",
    modules: ["src/registry/uploads/uploads.ts"],
    shown: ["LEG-09", "UP-28"],
  },
  {
    entry: "The log line of a request contains the upload session",
    modules: ["src/http/observe/request-log.ts"],
    shown: ["LEG-17"],
  },
  { entry: "A layer is identified by its tarsum", ...tarsum },
];

export const imageLines: readonly Line[] = [
  { entry: "GET: the manifest of a tag", rows: ["legacy-manifest-get"], shown: ["LEG-01"] },
  {
    entry: "PUT: checks a manifest and stores it",
    rows: ["legacy-manifest-put"],
    shown: ["LEG-18", "LEG-19", "LEG-11"],
  },
  { entry: "DELETE: removes the tag", rows: ["legacy-manifest-delete"], shown: ["LEG-01"] },
  { entry: "No other method", modules: [router], shown: ["METH-01"] },
  {
    entry: "The log line of a request contains the tag",
    modules: ["src/http/observe/request-log.ts"],
    shown: ["LEG-17"],
  },
  { entry: "A manifest's `schemaVersion`", ...schema1 },
  { entry: "… `name` and `tag`", ...schema1 },
  { entry: "… `architecture`", ...schema1 },
  { entry: "… `fsLayers`, each with its `blobSum`", ...schema1 },
  { entry: "… `history`, each with its `v1Compatibility`", ...schema1 },
  { entry: "… `signature`", ...signature },
  { entry: "Checksums by sha256 and sha512", modules: ["src/oci/digest.ts"], shown: ["DIG-02"] },
  { entry: "Checksums by md5 and sha1", divergence: "Other digests", shown: ["DIG-01"] },
];
