import { count, historyCursor, repositoryName, tag, timestamp } from "../codecs.ts";
import type { Row } from "../describe.ts";
import { extensionList, history } from "../schemas.ts";

const read = { method: "GET", headers: {}, body: { kind: "none" }, writes: false } as const;

const extensions = {
  extensions: {
    status: 200,
    doc: "Each with the paths that belong to it.",
    headers: [],
    body: "json",
    content: extensionList,
  },
} as const;

export const extensionRows = {
  extensionList: {
    ...read,
    id: "extension-list",
    summary: "What this registry can do beyond the specification.",
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
    summary: "What this registry can do with one repository, beyond the specification.",
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
    summary: "What a tag pointed to, newest first, as an image index. There is always an answer.",
    source: ["_oci tag-history (proposal)"],
    path: "/v2/{name}/_oci/tag-history/{tag}",
    route: { today: "tag-history" },
    parameters: { name: repositoryName, tag },
    query: {
      n: { codec: count, doc: "Events wanted at most." },
      since: { codec: timestamp, doc: "Only what happened after this moment." },
      before: { codec: timestamp, doc: "Only what happened before this moment." },
      last: { codec: historyCursor, doc: "Only what happened before this event, the last of the page before." },
    },
    access: { action: "pull", object: "tag" },
    successes: {
      page: {
        status: 200,
        doc: "A page; a Link leads to the next. The annotations of each entry say when the tag was moved and what it pointed to before.",
        headers: [],
        optionalHeaders: ["Link"],
        body: "json",
        content: history,
      },
    },
    failures: ["UNAVAILABLE", "TOO_MANY_REQUESTS"],
  },
} as const satisfies Record<string, Row>;
