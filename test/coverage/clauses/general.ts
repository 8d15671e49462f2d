import { about, declined, type Section } from "../clause.ts";

export const general: Section = {
  title: "Any request",
  clauses: [
    ...about("OCI Requirements", [], {
      "SPEC-CAT-01 must": "All four categories are there with all of their endpoints.",
    }),
    ...about("OCI API", [], {
      "SPEC-HTTP-01 should":
        "Where the specification is silent HTTP holds: dates, HEAD as GET, conditions, the end of a connection.",
    }),
    ...about("OCI Error Codes", [], {
      "SPEC-ERR-01 must": "An error in JSON is a list of entries with a code, a message for people and a detail.",
      "SPEC-ERR-02 must": "The code of a 4xx is one of the specification's.",
      "SPEC-RETRY-01 should": "429 says when to try again.",
    }),
    ...about("OCI Warnings", [], {
      "WARN-01 may": "A reply may warn: `299 -` and a quoted text, without a date.",
      "WARN-02 must": "Warnings take at most 4096 bytes of a reply.",
    }),
  ],
};

export const clients: Section = {
  title: "Habits of clients",
  clauses: [
    ...about("docker", ["upload-append"], {
      "CL-01 de facto": "A PATCH in chunks, without type and range.",
    }),
    ...about("docker, skopeo, crane", ["upload-finish"], {
      "CL-02 de facto": "`Expect: 100-continue` on a PUT, refused or not.",
      "CL-05 de facto": "The Location with a digest appended, plain or percent-encoded.",
    }),
    ...about("docker", ["blob-head", "upload-finish"], {
      "CL-03 de facto": "A HEAD right after the 201.",
      "CL-04 de facto": "Ten uploads at once into one repository, each request on a connection of its own.",
    }),
    ...about("Go's HTTP client", [], {
      "CL-06 de facto": "`Accept-Encoding: gzip` on every request changes no reply.",
    }),
    ...about("containerd, oras", ["blob-get"], {
      "CL-07 de facto": "A range of everything, and one that begins at the end.",
    }),
    ...declined("there is no login yet", "clients", [], {
      "CL-08 de facto": "Each client's way of asking for a token.",
      "CL-09 de facto": "A refused mount is challenged for both repositories.",
    }),
    ...about("crane", ["catalog", "tag-list"], {
      "CL-10 de facto": "`n=1000` is taken, whatever the limit.",
    }),
    ...about("conformance suite", ["referrer-list"], {
      "CL-11 de facto": "Referrers of a digest of zeros are an empty index.",
    }),
    ...about("docker, containerd", ["upload-finish"], {
      "CL-12 de facto": "A refusal in the middle of a large body reaches the client.",
    }),
    ...about("clients", ["manifest-get-tag", "manifest-get-digest"], {
      "CL-13 de facto": "Every form of Accept gets the manifest.",
    }),
    ...declined("no reply is a redirect", "clients", [], {
      "CL-14 de facto": "A redirect keeps method and query.",
    }),
    ...about("crane, containerd", ["upload-start"], {
      "CL-15 de facto": "Query parameters that nobody knows are ignored.",
    }),
  ],
};
