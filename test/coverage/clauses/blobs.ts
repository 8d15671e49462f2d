import { about, declined, type Section } from "../clause.ts";

/** The section "Blobs". */
export const blobs: Section = {
  title: "Blobs",
  clauses: [
    ...about("OCI Pulling blobs", ["blob-get"], {
      "BLOB-01 must": "A `GET` replies 200 with exactly the stored bytes.",
      "BLOB-08 should":
        "A request for one range gets 206 with the part, its position and its length. An end beyond the blob is reduced to the end of the blob.",
    }),
    ...about("OCI Checking if content exists", ["blob-get", "blob-head"], {
      "BLOB-02 must": "A `HEAD` replies 200 with the headers of the `GET` and without a body.",
      "BLOB-03 must": "`GET` and `HEAD` state the exact length. Lading does not use chunked transfer encoding.",
      "BLOB-04 must": "`GET` and `HEAD` repeat the requested digest, which is the digest of the bytes.",
      "BLOB-06 must": "An unknown blob gets 404 `BLOB_UNKNOWN`.",
      "BLOB-07 must": "A blob that only another repository has gets 404.",
    }),
    ...about("Docker V2", ["blob-get", "blob-head"], {
      "BLOB-05 legacy": "The media type of a blob is `application/octet-stream`.",
      "BLOB-11 de facto":
        "The digest is the ETag. A matching `If-None-Match` gets 304, `If-Range` works, and caches may store the blob forever.",
    }),
    ...about("conformance suite", ["blob-get"], {
      "BLOB-09 de facto": "A range that cannot be satisfied, or that ends before it begins, gets 416 with the size.",
    }),
    ...about("RFC 9110", ["blob-get"], {
      "BLOB-10 may": "A request for several ranges gets one part for each range, in the requested order.",
    }),
    ...declined("the storage is a local disk, so a redirect has no target", "OCI API", ["blob-get"], {
      "BLOB-12 may": "A `GET` is redirected to object storage with 307.",
    }),
    ...about("docker, containerd", ["blob-get", "manifest-get-tag", "tag-list", "referrer-list"], {
      "BLOB-13 de facto": "The registry never compresses a reply.",
    }),
    ...about("conformance suite", ["blob-get", "upload-finish", "upload-monolithic"], {
      "BLOB-14 de facto": "Clients can push and pull the blobs of no bytes and of `{}` like other blobs.",
    }),
    ...about("OCI Deleting Blobs", ["blob-delete"], {
      "BDEL-01 must": "A deletion replies 202, and removes the blob immediately.",
      "BDEL-02 must": "A deletion of an unknown blob gets 404.",
    }),
    ...about("Docker V2", ["blob-delete"], {
      "BDEL-03 de facto":
        "A deletion removes the blob from this repository only. A blob that a manifest of the repository needs stays, and the reply is 405.",
      "BDEL-04 de facto":
        "A client can push a deleted blob again immediately. The blob does not come back in any other way.",
    }),
  ],
};
