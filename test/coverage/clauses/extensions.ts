import { about, type RowId, type Section } from "../clause.ts";

const pulls: readonly RowId[] = [
  "blob-get",
  "blob-head",
  "manifest-get-tag",
  "manifest-get-digest",
  "manifest-head-tag",
  "manifest-head-digest",
  "tag-list",
  "referrer-list",
];

export const extensions: Section = {
  title: "Extensions and namespaces",
  clauses: [
    ...about("OCI extensions", ["extension-list"], {
      "EXT-01 may": "The registry tells its extensions, with their endpoints.",
    }),
    ...about("OCI extensions", ["repository-extension-list"], {
      "EXT-02 may": "So does each repository.",
    }),
    ...about("distribution-spec pull request 606", ["tag-history"], {
      "EXT-03 may": "The history of a tag is an image index, by pages, from a time to a time.",
    }),
    ...about("OCI extensions", ["extension-list", "repository-extension-list"], {
      "EXT-04 may": "An extension that is not there is 404.",
    }),
    ...about("OCI Registry Proxying", pulls, {
      "NS-01 should": "A registry that goes by `ns` repeats it in `OCI-Namespace`.",
      "NS-02 may": "It may be ignored.",
    }),
    ...about("Lading", pulls, {
      "NS-03 own": "The right that counts is that to the repository that is read.",
      "NS-04 own": "What is no host is ignored.",
    }),
  ],
};
