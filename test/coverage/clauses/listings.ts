import { about, type Section } from "../clause.ts";

export const listings: Section = {
  title: "Tags and repositories",
  clauses: [
    ...about("OCI Listing Tags", ["tag-list"], {
      "TAGS-01 must": "A GET is 200 with the name and its tags, as JSON.",
      "TAGS-04 must": "Tags come in byte order.",
      "TAGS-05 must": "`n` gives exactly so many, unless fewer are left or a Link leads to the rest.",
      "TAGS-06 must": "`n=0` gives an empty list and no Link.",
      "TAGS-08 must": "`last` is exclusive, need not exist, and works without `n`.",
      "TAGS-09 may": "A Link leads to the next page, as a relative path.",
    }),
    ...about("clients", ["tag-list"], {
      "TAGS-02 de facto": "A repository without tags has an empty list.",
      "TAGS-03 de facto": "An unknown repository is 404 `NAME_UNKNOWN`.",
      "TAGS-07 de facto": "An `n` that is no count is 400, one that is too large is cut.",
      "TAGS-10 de facto": "Without `n` all tags come at once, up to ten thousand.",
    }),
    ...about("Docker V2", ["catalog"], {
      "CAT-01 de facto": "The catalogue lists repositories in byte order, by `n` and `last`, with a Link.",
      "CAT-02 de facto": "A hundred at a time without `n`; a larger one than the limit is cut.",
      "CAT-04 de facto": "`n=0` gives an empty list.",
    }),
    ...about("Lading", ["catalog"], {
      "CAT-03 own": "The catalogue takes a right of its own.",
    }),
  ],
};

export const referrers: Section = {
  title: "Referrers",
  clauses: [
    ...about("OCI Listing Referrers", ["referrer-list"], {
      "REF-01 must": "A GET is 200 with an image index and its Content-Type.",
      "REF-02 must": "It is never 404, also where there is no such repository.",
      "REF-03 must": "A malformed digest is 400.",
      "REF-04 must": "Without referrers the index is empty.",
      "REF-05 must":
        "Each entry has type, digest, size, all annotations and the artifact type, where the configuration's type stands in.",
      "REF-06 must": "Images and indexes of this repository are listed, pushed before or after their subject.",
      "REF-07 should": "A filter by artifact type is applied, and the reply says so.",
      "REF-08 must": "What does not fit into one index that clients can read goes on behind a Link.",
      "REF-11 must": "A deleted referrer is not listed, one that was pushed twice is listed once.",
      "REF-12 de facto": "A subject is found by the digest as it was written.",
    }),
    ...about("OCI Enabling the Referrers API", ["referrer-list"], {
      "REF-09 must": "What clients listed under the tag that stands in for this API is listed too.",
    }),
    ...about("OCI Referrers Tag Schema", ["referrer-list"], {
      "REF-10 must": "That tag is made of the digest's algorithm and digits, and is a tag like any other.",
    }),
  ],
};
