import { about, type Section } from "../clause.ts";

/** The section "Tags and repositories". */
export const listings: Section = {
  title: "Tags and repositories",
  clauses: [
    ...about("OCI Listing Tags", ["tag-list"], {
      "TAGS-01 must": "A `GET` replies 200 with the name and its tags as JSON.",
      "TAGS-04 must": "The tags are in byte order.",
      "TAGS-05 must": "A page has exactly `n` entries, unless fewer are left or a `Link` leads to the rest.",
      "TAGS-06 must": "`n=0` returns an empty list without a `Link`.",
      "TAGS-08 must": "`last` is exclusive, need not exist, and works without `n`.",
      "TAGS-09 may": "A `Link` with a relative path leads to the next page.",
    }),
    ...about("clients", ["tag-list"], {
      "TAGS-02 de facto": "The list of a repository without tags is empty.",
      "TAGS-03 de facto": "An unknown repository gets 404 `NAME_UNKNOWN`.",
      "TAGS-07 de facto": "An `n` that is not a count gets 400. An `n` over the limit is reduced to the limit.",
      "TAGS-10 de facto": "Without `n`, the reply has all tags, up to ten thousand.",
    }),
    ...about("Docker V2", ["catalog"], {
      "CAT-01 de facto": "The catalogue lists repositories in byte order, with `n`, `last` and a `Link`.",
      "CAT-02 de facto": "Without `n`, a page has a hundred entries. An `n` over the limit is reduced to the limit.",
      "CAT-04 de facto": "`n=0` returns an empty list.",
    }),
    ...about("Lading", ["catalog"], {
      "CAT-03 own": "The catalogue requires a separate right.",
    }),
  ],
};

/** The section "Referrers". */
export const referrers: Section = {
  title: "Referrers",
  clauses: [
    ...about("OCI Listing Referrers", ["referrer-list"], {
      "REF-01 must": "A `GET` replies 200 with an image index and its `Content-Type`.",
      "REF-02 must": "The reply is never 404, also for an unknown repository.",
      "REF-03 must": "A malformed digest gets 400.",
      "REF-04 must": "Without referrers, the index is empty.",
      "REF-05 must":
        "Each entry has type, digest, size, all annotations and the artifact type. Without an artifact type, the entry has the media type of the configuration.",
      "REF-06 must": "The list has images and indexes of this repository, pushed before or after their subject.",
      "REF-07 should": "The registry applies a filter by artifact type, and the reply confirms it.",
      "REF-08 must": "If the list does not fit into one index that clients can read, a `Link` leads to the rest.",
      "REF-11 must": "A deleted referrer is not in the list. A referrer that was pushed twice is in the list once.",
      "REF-12 de facto": "The registry finds a subject by the digest exactly as the manifest has it.",
    }),
    ...about("OCI Enabling the Referrers API", ["referrer-list"], {
      "REF-09 must": "The list also has what clients have listed under the fallback tag for this API.",
    }),
    ...about("OCI Referrers Tag Schema", ["referrer-list"], {
      "REF-10 must": "The fallback tag consists of the digest's algorithm and digits, and is a tag like any other.",
    }),
  ],
};
