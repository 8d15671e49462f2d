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

/** The section "Extensions and namespaces". */
export const extensions: Section = {
  title: "Extensions and namespaces",
  clauses: [
    ...about("OCI extensions", ["extension-list"], {
      "EXT-01 may": "The registry lists its extensions with their endpoints.",
    }),
    ...about("OCI extensions", ["repository-extension-list"], {
      "EXT-02 may": "Each repository lists its extensions with their endpoints.",
    }),
    ...about("distribution-spec pull request 606", ["tag-history"], {
      "EXT-03 may": "The history of a tag is an image index, in pages, between two times.",
    }),
    ...about("OCI extensions", ["extension-list", "repository-extension-list"], {
      "EXT-04 may": "An unknown extension gets 404.",
    }),
    ...about("OCI Registry Proxying", pulls, {
      "NS-01 should": "A registry that uses `ns` repeats it in `OCI-Namespace`.",
      "NS-02 may": "The registry may ignore `ns`.",
    }),
    ...about("Lading", pulls, {
      "NS-03 own": "The client needs the right to the repository that the registry actually reads.",
      "NS-04 own": "The registry ignores an `ns` that is not a host.",
    }),
  ],
};
