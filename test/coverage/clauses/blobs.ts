import { about, declined, type Section } from "../clause.ts";

export const blobs: Section = {
  title: "Blobs",
  clauses: [
    ...about("OCI Pulling blobs", ["blob-get"], {
      "BLOB-01 must": "A GET is 200 with exactly the bytes.",
      "BLOB-08 should": "One range is 206 with that part, its place and its length; an end beyond the blob is cut.",
    }),
    ...about("OCI Checking if content exists", ["blob-get", "blob-head"], {
      "BLOB-02 must": "A HEAD is 200 with the headers of the GET and no body.",
      "BLOB-03 must": "Both say the exact length, and nothing is sent chunked.",
      "BLOB-04 must": "Both repeat the digest that was asked for, which is that of the bytes.",
      "BLOB-06 must": "A blob that is not there is 404 `BLOB_UNKNOWN`.",
      "BLOB-07 must": "A blob that only another repository has is 404 here.",
    }),
    ...about("Docker V2", ["blob-get", "blob-head"], {
      "BLOB-05 legacy": "A blob is `application/octet-stream`.",
      "BLOB-11 de facto":
        "The digest is the ETag: If-None-Match is 304, If-Range is honoured, caches are told that it never changes.",
    }),
    ...about("conformance suite", ["blob-get"], {
      "BLOB-09 de facto": "A range that nothing can satisfy, or that ends before it begins, is 416 with the size.",
    }),
    ...about("RFC 9110", ["blob-get"], {
      "BLOB-10 may": "Several ranges are answered with a part for each, in their order.",
    }),
    ...declined("storage is the registry's own disk; there is no address to send clients to", "OCI API", ["blob-get"], {
      "BLOB-12 may": "A GET is sent on to object storage with 307.",
    }),
    ...about("docker, containerd", ["blob-get", "manifest-get-tag", "tag-list", "referrer-list"], {
      "BLOB-13 de facto": "Nothing is ever compressed on the way.",
    }),
    ...about("conformance suite", ["blob-get", "upload-finish", "upload-monolithic"], {
      "BLOB-14 de facto": "Blobs of no bytes and of `{}` are pushed and pulled like others.",
    }),
    ...about("OCI Deleting Blobs", ["blob-delete"], {
      "BDEL-01 must": "A deletion is 202, and the blob is gone at once.",
      "BDEL-02 must": "Of a blob that is not there it is 404.",
    }),
    ...about("Docker V2", ["blob-delete"], {
      "BDEL-03 de facto": "Only this repository loses the blob; one that a manifest here needs is kept, 405.",
      "BDEL-04 de facto": "A deleted blob can be pushed again at once, and does not come back otherwise.",
    }),
  ],
};
