import { digest, repositoryName } from "../codecs/content.ts";
import { artifactType } from "../codecs/headers.ts";
import { count, cursor } from "../codecs/lists.ts";
import { scopedHeaders, scopedQuery } from "./scope.ts";
import type { Row } from "../describe.ts";
import { referrers, repositoryList, tagList } from "../schemas.ts";

const paging = {
  n: { codec: count, doc: "Maximum number of entries." },
  last: { codec: cursor, doc: "Only entries after this one." },
} as const;

const listing = {
  method: "GET",
  headers: {},
  body: { kind: "none" },
  writes: false,
} as const;

/** The rows that list tags, repositories and referrers. */
export const listingRows = {
  tagList: {
    ...listing,
    id: "tag-list",
    summary: "Lists the tags of a repository in byte order.",
    source: ["end-8a", "end-8b", "DV2"],
    path: "/v2/{name}/tags/list",
    route: { today: "tags", "2014": "tags" },
    parameters: { name: repositoryName },
    query: { ...paging, ...scopedQuery },
    access: { action: "pull" },
    successes: {
      page: {
        status: 200,
        doc: "A page of the list. A `Link` header leads to the next page.",
        headers: [],
        optionalHeaders: ["Link", ...scopedHeaders],
        body: "json",
        content: tagList,
      },
    },
    failures: ["NAME_UNKNOWN", "UNAVAILABLE", "TOO_MANY_REQUESTS"],
  },
  catalog: {
    ...listing,
    id: "catalog",
    summary: "Lists the repositories of this registry in byte order.",
    source: ["DV2"],
    path: "/v2/_catalog",
    route: { today: "catalog" },
    parameters: {},
    query: paging,
    access: { action: "catalog" },
    successes: {
      page: {
        status: 200,
        doc: "A page of the list. A `Link` header leads to the next page.",
        headers: [],
        optionalHeaders: ["Link"],
        body: "json",
        content: repositoryList,
      },
    },
    failures: ["UNAVAILABLE", "TOO_MANY_REQUESTS"],
  },
  referrerList: {
    ...listing,
    id: "referrer-list",
    summary:
      "Lists the manifests that have this manifest as their subject, as an image index. The list of an unknown manifest is empty.",
    source: ["end-12a", "end-12b"],
    path: "/v2/{name}/referrers/{digest}",
    route: { today: "referrers" },
    parameters: { name: repositoryName, digest },
    query: {
      artifactType: {
        codec: artifactType,
        hint: true,
        doc: "Only referrers of this type. Parameters and letter case are ignored. `OCI-Filters-Applied` confirms the filter.",
      },
      n: paging.n,
      last: paging.last,
      ...scopedQuery,
    },
    access: { action: "pull", object: "digest" },
    successes: {
      page: {
        status: 200,
        doc: "A page of the list. A `Link` header leads to the next page.",
        headers: [],
        optionalHeaders: ["Link", "OCI-Filters-Applied", ...scopedHeaders],
        body: "text",
        content: referrers,
      },
    },
    failures: ["UNAVAILABLE", "TOO_MANY_REQUESTS"],
  },
} as const satisfies Record<string, Row>;
