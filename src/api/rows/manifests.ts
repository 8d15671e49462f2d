import { apiLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { digest, existingTag, repositoryName, tag } from "../codecs/content.ts";
import { accept, entityTags, mediaType } from "../codecs/headers.ts";
import { deletionConditions } from "./conditions.ts";
import { scopedHeaders, scopedQuery } from "./scope.ts";
import type { Row } from "../describe.ts";
import { manifests } from "../schemas.ts";

/** The condition of a read. */
const readCondition = {
  "if-none-match": { codec: entityTags, doc: "Requests the manifest only if the client does not have it yet." },
} as const;

const byTag = {
  path: "/v2/{name}/manifests/{tag}",
  route: { today: "manifest" },
  parameters: { name: repositoryName, tag: existingTag },
} as const;
/** A read by tag can return the image in another format. A digest names exactly one format. */
const readByTag = {
  ...byTag,
  headers: {
    ...readCondition,
    accept: {
      codec: accept,
      doc: "Has an effect only if the setting `schema1-conversion` is on: a client that sends no `Accept`, or accepts nothing newer than Docker schema 1, gets schema 1.",
    },
  },
} as const;
const byDigest = {
  path: "/v2/{name}/manifests/{digest}",
  route: { today: "manifest-by-digest" },
  parameters: { name: repositoryName, digest },
} as const;

/** The headers of every reply with a manifest. */
export const described = ["Docker-Content-Digest", "ETag", "Content-Type"] as const;

const read = {
  source: ["end-3", "DV2"],
  query: scopedQuery,
  headers: readCondition,
  body: { kind: "none" },
  writes: false,
} as const;

/** Headers that a reply with a manifest may have. `Content-Disposition` prevents that a browser opens a large manifest as a page. */
export const givenHeaders = [...scopedHeaders, "Content-Disposition"] as const;
/** The optional headers of a 304 for a manifest whose format depends on the `Accept` header. */
const chosenHeaders = [...scopedHeaders, "Vary"] as const;

const unchanged = {
  status: 304,
  doc: "The client already has this manifest.",
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
      doc: "The manifest, byte for byte as it was pushed. A schema 1 manifest has all its signatures.",
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
      doc: "The repository has the manifest.",
      headers: [...described, "Content-Length"],
      optionalHeaders: givenHeaders,
      body: "none",
    },
    unchanged,
  },
  failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "UNAVAILABLE"],
} as const;

/** What the rows that push a manifest have in common. */
export const put = {
  method: "PUT",
  headers: {
    "content-type": {
      codec: mediaType,
      mayBeEmpty: true,
      doc: "Media type of the manifest. If it is absent or not the type of a manifest, Lading takes the type from the document.",
    },
    "if-match": { codec: entityTags, doc: "Stores the manifest only if the current one has one of these entity tags." },
    "if-none-match": {
      codec: entityTags,
      doc: "Stores the manifest only if the current one has none of these entity tags. `*` means: only if no manifest exists.",
    },
  },
  body: { kind: "bytes", maxBytes: ociLimits.manifestBytes, content: manifests },
  writes: true,
} as const;

/**
 * The failures of a manifest push. The last three are for schema 1 manifests, which contain their name and tag and are
 * signed.
 */
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
  doc: "The manifest is stored, and the repository has all content that it refers to.",
  headers: ["Location", "Docker-Content-Digest"],
  body: "none",
} as const;

/** The rows of manifests and tags: read, check, push, delete. */
export const manifestRows = {
  manifestGetByTag: {
    ...get,
    ...readByTag,
    successes: {
      manifest: { ...get.successes.manifest, optionalHeaders: [...givenHeaders, "Vary"] },
      unchanged: { ...unchanged, optionalHeaders: chosenHeaders },
    },
    id: "manifest-get-tag",
    summary: "Reads the manifest that a tag points to.",
    access: { action: "pull", object: "tag" },
    // The number of requests that wait for a conversion is limited.
    failures: [...get.failures, "TOO_MANY_REQUESTS"],
  },
  manifestGetByDigest: {
    ...get,
    ...byDigest,
    id: "manifest-get-digest",
    summary: "Reads the manifest with this digest.",
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
    summary: "Checks which manifest a tag points to. After a 200, the manifest stays for at least one hour.",
    access: { action: "pull", object: "tag" },
    failures: [...head.failures, "TOO_MANY_REQUESTS"],
  },
  manifestHeadByDigest: {
    ...head,
    ...byDigest,
    id: "manifest-head-digest",
    summary: "Checks whether the repository has the manifest. After a 200, the manifest stays for at least one hour.",
    access: { action: "pull", object: "digest" },
  },
  manifestPutByTag: {
    ...put,
    ...byTag,
    parameters: { name: repositoryName, tag },
    id: "manifest-put-tag",
    summary: "Stores a manifest and points the tag to it.",
    source: ["end-7a", "DV2"],
    query: { digest: { codec: digest, doc: "Digest that the tag points to. If it is absent, Lading uses sha256." } },
    access: { action: "push", object: "tag" },
    successes: { stored: { ...stored, optionalHeaders: ["OCI-Subject"] } },
    failures: [...refused, "DIGEST_UNSUPPORTED", "DIGEST_MISMATCH"],
  },
  manifestPutByDigest: {
    ...put,
    ...byDigest,
    id: "manifest-put-digest",
    summary: "Stores a manifest under its digest. If the query names tags, they point to it.",
    source: ["end-7a", "end-7b", "DV2"],
    query: { tag: { codec: tag, doc: "A tag to point to the manifest.", repeated: apiLimits.tagsInPush } },
    access: { action: "push", object: "digest", each: "tag" },
    successes: { stored: { ...stored, optionalHeaders: ["OCI-Subject", "OCI-Tag"] } },
    failures: [...refused, "DIGEST_UNSUPPORTED", "DIGEST_MISMATCH"],
  },
  manifestDelete: {
    ...byDigest,
    id: "manifest-delete",
    summary:
      "Removes a manifest and every tag that points to it. A manifest that another one still refers to is not removed.",
    source: ["end-9", "DV2"],
    method: "DELETE",
    query: {},
    headers: deletionConditions,
    access: { action: "delete", object: "digest" },
    body: { kind: "none" },
    successes: { removed: { status: 202, doc: "The manifest and its tags are removed.", headers: [], body: "none" } },
    failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "CONTENT_REFERENCED", "PRECONDITION_FAILED"],
    writes: true,
  },
  tagDelete: {
    ...byTag,
    id: "tag-delete",
    summary: "Removes a tag. The manifest stays.",
    source: ["end-9"],
    method: "DELETE",
    query: {},
    headers: deletionConditions,
    access: { action: "delete", object: "tag" },
    body: { kind: "none" },
    successes: { removed: { status: 202, doc: "The tag is removed.", headers: [], body: "none" } },
    failures: ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "PRECONDITION_FAILED"],
    writes: true,
  },
} as const satisfies Record<string, Row>;
