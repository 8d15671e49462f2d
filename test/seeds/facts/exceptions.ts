/** Requirements of the descriptors that only a row of 2014 meets, or no row. */
import type { Exception } from "../fact.ts";

const unverified = { row: "legacy-manifest-put", shown: ["LEG-19"] } as const;
const malformed = { divergence: "Malformed input is 400", shown: ["NAME-03", "DIG-01", "TAG-02"] } as const;

/** The exceptions by entry. A star at the end of a key matches all entries with that prefix. */
export const exceptions: Readonly<Record<string, Exception>> = {
  "GET base: 404": { divergence: "`/v2/` is never 404", shown: ["BASE-04"] },
  "GET manifest: 400 TAG_INVALID": { row: "legacy-manifest-get", shown: ["LEG-02"] },
  "PUT manifest: 202": { row: "legacy-manifest-put", shown: ["LEG-01"] },
  "PUT manifest: 400 TAG_INVALID": { row: "legacy-manifest-put", shown: ["LEG-02"] },
  "PUT manifest: 400 MANIFEST_UNVERIFIED": unverified,
  "PUT manifest: 400 BLOB_UNKNOWN": { row: "legacy-manifest-put", shown: ["LEG-11"] },
  "DELETE manifest: 400 TAG_INVALID": { row: "legacy-manifest-delete", shown: ["LEG-02"] },
  "GET blob: 307*": { divergence: "Redirects", shown: ["BLOB-01"] },
  "GET blob: 404 NAME_UNKNOWN": { divergence: "A blob of an unknown repository", shown: ["BLOB-06", "LEG-03"] },
  "POST blob-upload in one request: 401 *": { divergence: "A 401 says `UNAUTHORIZED`", shown: ["SEC-09"] },
  "PATCH blob-upload-chunk: header Content-Range, required": {
    divergence: "The range of a chunk may be left out",
    shown: ["UP-26"],
  },
  "PATCH blob-upload-chunk: 204*": { divergence: "A chunk is 202", shown: ["UP-21"] },
  "PUT blob-upload-chunk: 204*": { divergence: "The end of an upload is 201", shown: ["UP-41"] },
  "code DIGEST_INVALID, 404": malformed,
  "code NAME_INVALID, 404": malformed,
  "code TAG_INVALID, 404": malformed,
  "code TAG_INVALID, 400": { row: "legacy-manifest-put", shown: ["LEG-02"] },
  "code MANIFEST_UNVERIFIED, 400": unverified,
  "code BLOB_UNKNOWN, 400": { row: "legacy-manifest-put", shown: ["LEG-11"] },
};
