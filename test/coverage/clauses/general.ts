import { about, declined, type Section } from "../clause.ts";

/** The section "Any request". */
export const general: Section = {
  title: "Any request",
  clauses: [
    ...about("OCI Requirements", [], {
      "SPEC-CAT-01 must": "The registry has all four categories, with all their endpoints.",
    }),
    ...about("OCI API", [], {
      "SPEC-HTTP-01 should":
        "Where the specification is silent, the rules of HTTP apply: dates, `HEAD` like `GET`, conditions, the end of a connection.",
    }),
    ...about("OCI Error Codes", [], {
      "SPEC-ERR-01 must": "An error in JSON is a list of entries with a code, a message for people and a detail.",
      "SPEC-ERR-02 must": "The code of a 4xx reply is a code of the specification.",
      "SPEC-RETRY-01 should": "A 429 says when to try again.",
    }),
    ...about("OCI Warnings", [], {
      "WARN-01 may": "A reply may have a warning: `299 -` and a quoted text, without a date.",
      "WARN-02 must": "The warnings of a reply have at most 4096 bytes.",
    }),
  ],
};

/** The section "Behaviour of clients". */
export const clients: Section = {
  title: "Behaviour of clients",
  clauses: [
    ...about("docker", ["upload-append"], {
      "CL-01 de facto":
        "The client sends a `PATCH` with chunked transfer encoding, without `Content-Type` and `Content-Range`.",
    }),
    ...about("docker, skopeo, crane", ["upload-finish"], {
      "CL-02 de facto": "The client sends `Expect: 100-continue` with a `PUT` that the registry accepts or refuses.",
      "CL-05 de facto": "The client appends a digest to the `Location`, plain or percent-encoded.",
    }),
    ...about("docker", ["blob-head", "upload-finish"], {
      "CL-03 de facto": "The client sends a `HEAD` immediately after the 201.",
      "CL-04 de facto":
        "The client runs ten uploads to one repository at the same time, with a separate connection for each request.",
    }),
    ...about("Go's HTTP client", [], {
      "CL-06 de facto": "`Accept-Encoding: gzip` on every request does not change a reply.",
    }),
    ...about("containerd, oras", ["blob-get"], {
      "CL-07 de facto": "The client requests a range of the whole blob, and a range that starts at its end.",
    }),
    ...declined("Lading has no login yet", "clients", [], {
      "CL-08 de facto": "Each client requests a token in its own way.",
      "CL-09 de facto": "A refused mount gets a challenge for both repositories.",
    }),
    ...about("crane", ["catalog", "tag-list"], {
      "CL-10 de facto": "The registry accepts `n=1000`, whatever its limit is.",
    }),
    ...about("conformance suite", ["referrer-list"], {
      "CL-11 de facto": "The referrers of a digest of zeros are an empty index.",
    }),
    ...about("docker, containerd", ["upload-finish"], {
      "CL-12 de facto": "An error in the middle of a large body reaches the client.",
    }),
    ...about("clients", ["manifest-get-tag", "manifest-get-digest"], {
      "CL-13 de facto": "Every form of `Accept` gets the manifest.",
    }),
    ...declined("Lading sends no redirects", "clients", [], {
      "CL-14 de facto": "A redirect keeps the method and the query.",
    }),
    ...about("crane, containerd", ["upload-start"], {
      "CL-15 de facto": "The registry ignores unknown query parameters.",
    }),
  ],
};
