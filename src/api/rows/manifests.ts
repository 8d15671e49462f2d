import { apiLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { accept, digest, entityTags, existingTag, mediaType, repositoryName, tag } from "../codecs.ts";
import { deletionConditions } from "./conditions.ts";
import { scopedHeaders, scopedQuery } from "./scope.ts";
import type { Row } from "../describe.ts";
import { manifests } from "../schemas.ts";

const known = {
  "if-none-match": { codec: entityTags, doc: "Asks only for what the client does not have." },
} as const;

const byTag = {
  path: "/v2/{name}/manifests/{tag}",
  route: { today: "manifest" },
  parameters: { name: repositoryName, tag: existingTag },
} as const;
/** What a tag points to may be given in another form; a digest names one form. */
const readByTag = {
  ...byTag,
  headers: {
    ...known,
    accept: {
      codec: accept,
      doc: "Absent, or naming nothing newer than Docker schema 1, it asks for schema 1 where the operator lets images be given so (`schema1-conversion`); any other changes nothing.",
    },
  },
} as const;
const byDigest = {
  path: "/v2/{name}/manifests/{digest}",
  route: { today: "manifest-by-digest" },
  parameters: { name: repositoryName, digest },
} as const;

export const described = ["Docker-Content-Digest", "ETag", "Content-Type"] as const;

const read = {
  source: ["end-3", "DV2"],
  query: scopedQuery,
  headers: known,
  body: { kind: "none" },
  writes: false,
} as const;

/** On what was chosen by the Accept header. */
/** A large manifest is not to be opened as a page. */
export const givenHeaders = [...scopedHeaders, "Content-Disposition"] as const;
const chosenHeaders = [...scopedHeaders, "Vary"] as const;

const unchanged = {
  status: 304,
  doc: "The client has it.",
  headers: ["ETag", "Docker-Content-Digest"],
  optionalHeaders: scopedHeaders,
  body: "none",
} as const;

const get = {
  ...read,
  method: "GET",
  successes: {
    manifest: {
      status: 200,
      doc: "Its bytes, exactly as they were pushed; of schema 1, what was signed, with all signatures of it.",
      headers: described,
      optionalHeaders: givenHeaders,
      body: "manifest",
      content: manifests,
    },
    unchanged,
  },
  failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "UNAVAILABLE", "TOO_MANY_REQUESTS"],
} as const;

const head = {
  ...read,
  method: "HEAD",
  successes: {
    here: {
      status: 200,
      doc: "It is here.",
      headers: [...described, "Content-Length"],
      optionalHeaders: givenHeaders,
      body: "none",
    },
    unchanged,
  },
  failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "UNAVAILABLE"],
} as const;

export const put = {
  method: "PUT",
  headers: {
    "content-type": {
      codec: mediaType,
      mayBeEmpty: true,
      doc: "Media type of the manifest. Where it is absent, or one that no manifest has, the document itself has to tell.",
    },
    "if-match": { codec: entityTags, doc: "Stores only over what has one of these entity tags." },
    "if-none-match": {
      codec: entityTags,
      doc: "Stores only where there is none of these; `*`: where there is nothing.",
    },
  },
  body: { kind: "bytes", maxBytes: ociLimits.manifestBytes, content: manifests },
  writes: true,
} as const;

/** The last three are of manifests of schema 1, which say of themselves what they are called, and are signed. */
export const refused = [
  "MANIFEST_INVALID",
  "MANIFEST_BLOB_UNKNOWN",
  "PRECONDITION_FAILED",
  "NAME_INVALID",
  "TAG_INVALID",
  "MANIFEST_UNVERIFIED",
] as const;

const stored = {
  status: 201,
  doc: "It is stored, and everything it refers to is here.",
  headers: ["Location", "Docker-Content-Digest"],
  body: "none",
} as const;

export const manifestRows = {
  manifestGetByTag: {
    ...get,
    ...readByTag,
    successes: {
      manifest: { ...get.successes.manifest, optionalHeaders: [...givenHeaders, "Vary"] },
      unchanged: { ...unchanged, optionalHeaders: chosenHeaders },
    },
    id: "manifest-get-tag",
    summary: "The manifest that a tag points to.",
    access: { action: "pull", object: "tag" },
    // Only so many can wait for a conversion.
    failures: [...get.failures, "TOO_MANY_REQUESTS"],
  },
  manifestGetByDigest: {
    ...get,
    ...byDigest,
    id: "manifest-get-digest",
    summary: "The manifest with this digest.",
    access: { action: "pull", object: "digest" },
  },
  manifestHeadByTag: {
    ...head,
    ...readByTag,
    successes: {
      here: { ...head.successes.here, optionalHeaders: [...givenHeaders, "Vary"] },
      unchanged: { ...unchanged, optionalHeaders: chosenHeaders },
    },
    id: "manifest-head-tag",
    summary: "What a tag points to. A 200 is a promise: the manifest stays for at least an hour.",
    access: { action: "pull", object: "tag" },
    failures: [...head.failures, "TOO_MANY_REQUESTS"],
  },
  manifestHeadByDigest: {
    ...head,
    ...byDigest,
    id: "manifest-head-digest",
    summary: "Whether the manifest is here. A 200 is a promise: the manifest stays for at least an hour.",
    access: { action: "pull", object: "digest" },
  },
  manifestPutByTag: {
    ...put,
    ...byTag,
    parameters: { name: repositoryName, tag },
    id: "manifest-put-tag",
    summary: "Stores a manifest and points the tag to it.",
    source: ["end-7a", "DV2"],
    query: { digest: { codec: digest, doc: "Digest by which the tag shall name the manifest; sha256 where absent." } },
    access: { action: "push", object: "tag" },
    successes: { stored: { ...stored, optionalHeaders: ["OCI-Subject"] } },
    failures: [...refused, "DIGEST_UNSUPPORTED", "DIGEST_MISMATCH"],
  },
  manifestPutByDigest: {
    ...put,
    ...byDigest,
    id: "manifest-put-digest",
    summary: "Stores a manifest under its digest, and points tags to it where the query names some.",
    source: ["end-7a", "end-7b", "DV2"],
    query: { tag: { codec: tag, doc: "A tag that shall point to the manifest.", repeated: apiLimits.tagsInPush } },
    access: { action: "push", object: "digest", each: "tag" },
    successes: { stored: { ...stored, optionalHeaders: ["OCI-Subject", "OCI-Tag"] } },
    failures: [...refused, "DIGEST_UNSUPPORTED", "DIGEST_MISMATCH"],
  },
  manifestDelete: {
    ...byDigest,
    id: "manifest-delete",
    summary:
      "Removes a manifest and every tag that points to it. What another manifest still refers to is not removed.",
    source: ["end-9", "DV2"],
    method: "DELETE",
    query: {},
    headers: deletionConditions,
    access: { action: "delete", object: "digest" },
    body: { kind: "none" },
    successes: { removed: { status: 202, doc: "It is gone.", headers: [], body: "none" } },
    failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "CONTENT_REFERENCED", "PRECONDITION_FAILED"],
    writes: true,
  },
  tagDelete: {
    ...byTag,
    id: "tag-delete",
    summary: "Removes a tag. The manifest it pointed to stays.",
    source: ["end-9"],
    method: "DELETE",
    query: {},
    headers: deletionConditions,
    access: { action: "delete", object: "tag" },
    body: { kind: "none" },
    successes: { removed: { status: 202, doc: "It is gone.", headers: [], body: "none" } },
    failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "PRECONDITION_FAILED"],
    writes: true,
  },
} as const satisfies Record<string, Row>;
