import { repositoryName, tag } from "../codecs/content.ts";
import { count, historyCursor, timestamp } from "../codecs/lists.ts";
import type { Row } from "../describe.ts";
import { extensionList, history } from "../schemas.ts";

const read = { method: "GET", headers: {}, body: { kind: "none" }, writes: false } as const;

const extensions = {
  extensions: {
    status: 200,
    doc: "The extensions, each with its paths.",
    headers: [],
    body: "json",
    content: extensionList,
  },
} as const;

/** The rows of the OCI extensions. */
export const extensionRows = {
  extensionList: {
    ...read,
    id: "extension-list",
    summary: "Lists the extensions of the specification that this registry supports.",
    source: ["_oci"],
    path: "/v2/_oci/ext/discover",
    parameters: {},
    query: {},
    access: { action: "base" },
    successes: extensions,
    failures: [],
  },
  repositoryExtensionList: {
    ...read,
    id: "repository-extension-list",
    summary: "Lists the extensions of the specification that this registry supports for a repository.",
    source: ["_oci"],
    path: "/v2/{name}/_oci/ext/discover",
    parameters: { name: repositoryName },
    query: {},
    access: { action: "pull" },
    successes: extensions,
    failures: [],
  },
  tagHistory: {
    ...read,
    id: "tag-history",
    summary: "Lists what a tag pointed to, newest first, as an image index. The list of an unknown tag is empty.",
    source: ["_oci tag-history (proposal)"],
    path: "/v2/{name}/_oci/tag-history/{tag}",
    route: { today: "tag-history" },
    parameters: { name: repositoryName, tag },
    query: {
      n: { codec: count, doc: "Maximum number of events." },
      since: { codec: timestamp, doc: "Only events after this time." },
      before: { codec: timestamp, doc: "Only events before this time." },
      last: { codec: historyCursor, doc: "Only events before this event, which is the last one of the previous page." },
    },
    access: { action: "pull", object: "tag" },
    successes: {
      page: {
        status: 200,
        doc: "A page of events. A `Link` header leads to the next page. The annotations of each entry say when the tag was moved, and what it pointed to before.",
        headers: [],
        optionalHeaders: ["Link"],
        body: "json",
        content: history,
      },
    },
    failures: ["UNAVAILABLE", "TOO_MANY_REQUESTS"],
  },
} as const satisfies Record<string, Row>;
