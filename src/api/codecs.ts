import { ociLimits } from "../oci/limits.ts";
import { digestPattern, parseAlgorithm, parseDigest, type Algorithm, type Digest } from "../oci/digest.ts";
import { hostPattern, parseHost, type Host } from "../oci/host.ts";
import { mediaTypePattern, parseMediaType, type MediaType } from "../oci/media-type.ts";
import { parseChunkRange, type Slice } from "../oci/range.ts";
import { looksLikeDigest, parseTag, tagPattern, type Tag } from "../oci/reference.ts";
import {
  parseRepositoryName,
  parseRepositoryName2014,
  repositoryNamePattern,
  repositoryNamePattern2014,
  type RepositoryName,
} from "../oci/repository-name.ts";
import type { Codec } from "./codec.ts";

const emptySha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** The name of a repository. */
export const repositoryName: Codec<RepositoryName> = {
  name: "repository name",
  doc: "Components separated by `/`. A component has lower-case letters and digits, joined by `.`, `_`, `__` or dashes. At most 255 characters.",
  pattern: repositoryNamePattern,
  maxCharacters: ociLimits.nameCharacters,
  parse: parseRepositoryName,
  failure: "NAME_INVALID",
  examples: ["library/busybox", "a/b/c", "team/blobs/uploads"],
  invalid: ["Upper", "a//b", "-a", "a..b", "a___b", "a".repeat(256), "a%2fb", "a%2e%2e"],
};

/** The name of a repository in the paths of 2014, which allow fewer names. */
export const repositoryName2014: Codec<RepositoryName> = {
  ...repositoryName,
  name: "repository name of 2014",
  doc: "Two to five components separated by `/`. A component has 2 to 30 characters: lower-case letters and digits, joined by single `.`, `_` or dashes.",
  pattern: repositoryNamePattern2014,
  parse: parseRepositoryName2014,
  examples: ["library/busybox", "aa/bb/cc/dd/ee"],
  invalid: ["busybox", "a/bb", "aa/bb/cc/dd/ee/ff", `aa/${"b".repeat(31)}`, "aa/b__c", "aa/b--c", "library/Upper"],
};

/** A digest of content. */
export const digest: Codec<Digest> = {
  name: "digest",
  doc: "`sha256:` with 64 or `sha512:` with 128 lower-case hexadecimal digits. Digests of other algorithms are well-formed, but content cannot have them.",
  pattern: digestPattern,
  maxCharacters: ociLimits.digestCharacters,
  parse: parseDigest,
  failure: "DIGEST_INVALID",
  examples: [emptySha256],
  invalid: ["sha256:totallywrong", `sha256:${"A".repeat(64)}`, `SHA256:${"a".repeat(64)}`, `sha256:${"a".repeat(128)}`],
  claims: looksLikeDigest,
};

/** A digest in a query. An unencoded plus sign, as in a tarsum, arrives as a space. No digest contains a space. */
export const wantedDigest: Codec<Digest> = {
  ...digest,
  parse: (text) => parseDigest(text.replaceAll(" ", "+")),
};

/** The algorithm of a digest. */
export const algorithm: Codec<Algorithm> = {
  name: "digest algorithm",
  doc: "`sha256` or `sha512`.",
  pattern: "^sha(?:256|512)$",
  parse: parseAlgorithm,
  failure: "DIGEST_UNSUPPORTED",
  examples: ["sha256", "sha512"],
  invalid: ["md5", "SHA256", "constructor"],
};

/** A tag that a push sets. */
export const tag: Codec<Tag> = {
  name: "tag",
  doc: "At most 128 letters, digits, `_`, `.` and `-`. The first character is a letter, a digit or `_`.",
  pattern: tagPattern,
  parse: parseTag,
  failure: "TAG_INVALID",
  examples: ["latest", "v1.2.3"],
  invalid: [".hidden", "-dash", "a".repeat(129), "a%0d%0ab"],
  claims: (text) => !looksLikeDigest(text),
};

/** A tag in a request that reads or deletes. An invalid tag cannot exist, so the failure is an unknown manifest (TAG-02). */
export const existingTag: Codec<Tag> = { ...tag, name: "existing tag", failure: "MANIFEST_UNKNOWN" };

const sessionGrammar = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id of an upload session. A text that is not a UUID cannot be an id, so the failure is an unknown upload session. */
export const session: Codec<string> = {
  name: "upload session",
  doc: "The UUID in the `Location` of the request that started the upload session.",
  pattern: sessionGrammar.source,
  parse: (text) => (sessionGrammar.test(text) ? text : undefined),
  failure: "UPLOAD_UNKNOWN",
  examples: ["5586ec55-d95f-4436-b3e7-1d7283bbc31e"],
  invalid: ["not-a-uuid", "5586EC55-D95F-4436-B3E7-1D7283BBC31E", "..%2f..%2fetc"],
};

/**
 * The parameter `n` of a list. Only digits are valid: JavaScript reads `1e9`, `+5` and `0x10` as numbers, clients do
 * not (LIM-05).
 */
export const count: Codec<number> = {
  name: "count",
  doc: "A whole number with at most nine digits.",
  pattern: "^[0-9]{1,9}$",
  parse: (text) => (/^[0-9]{1,9}$/.test(text) ? Number(text) : undefined),
  failure: "REQUEST_MALFORMED",
  examples: ["0", "100"],
  invalid: ["-1", "1e9", "+5", "0x10", "5.0", "9223372036854775808"],
};

/** The entry after which a page of a list starts. The entry need not exist, so the grammar of the entries does not apply. */
export const cursor: Codec<string> = {
  name: "cursor",
  doc: "The last entry of the previous page. The entry need not exist. At most 256 printable ASCII characters.",
  pattern: "^[ -~]{0,256}$",
  parse: (text) => (/^[ -~]{0,256}$/.test(text) ? text : undefined),
  failure: "REQUEST_MALFORMED",
  examples: ["v1"],
  invalid: ["a%0d%0aSet-Cookie:x", "%00", "a".repeat(257)],
};

const cursorGrammar = /^([0-9]{1,15})-([0-9]{1,15})$/;

/**
 * The event after which a page of a tag history starts: the time in milliseconds since the epoch, and the id of the
 * event.
 */
export const historyCursor: Codec<{ readonly at: number; readonly id: number }> = {
  name: "history cursor",
  doc: "The value in the `Link` header of the previous page.",
  pattern: cursorGrammar.source,
  parse(text) {
    const match = cursorGrammar.exec(text);
    return match ? { at: Number(match[1]), id: Number(match[2]) } : undefined;
  },
  failure: "REQUEST_MALFORMED",
  examples: ["1767225600000-42"],
  invalid: ["1767225600000", "-42", "a-b"],
};

const date = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
const hour = "(?:[01][0-9]|2[0-3])";
const time = `${hour}:[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?`;
const timestampGrammar = new RegExp(`^${date}[Tt]${time}(?:[Zz]|[+-]${hour}:[0-5][0-9])$`);

/** A time in the format of RFC 3339. The value is in milliseconds since the epoch. */
export const timestamp: Codec<number> = {
  name: "timestamp",
  doc: "A date and time as in RFC 3339, such as `2026-01-01T00:00:00Z`. Precision below a millisecond is ignored.",
  pattern: timestampGrammar.source,
  parse(text) {
    // An unencoded plus sign arrives as a space.
    const plain = text.replace(" ", "+");
    const moment = timestampGrammar.test(plain) ? Date.parse(plain) : Number.NaN;
    return Number.isNaN(moment) ? undefined : moment;
  },
  failure: "REQUEST_MALFORMED",
  examples: ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00.5+01:00"],
  invalid: ["yesterday", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "1767225600"],
};

/** The host of the registry that the content comes from, for clients that use this registry as a mirror. */
export const namespace: Codec<Host> = {
  name: "namespace",
  doc: "A host, with an optional port.",
  pattern: hostPattern,
  parse: parseHost,
  failure: "REQUEST_MALFORMED",
  examples: ["docker.io", "registry.example.com:5000"],
  invalid: ["docker.io/library", "a b", "-a", "a%0d%0ab"],
};

/** A media type in a header. */
export const mediaType: Codec<MediaType> = {
  name: "media type",
  doc: "`type/subtype`. Parameters are ignored.",
  pattern: mediaTypePattern.replace(/\$$/, "(?:;.*)?$"),
  parse: parseMediaType,
  failure: "MANIFEST_INVALID",
  examples: ["application/vnd.oci.image.manifest.v1+json", "application/json; charset=utf-8"],
  invalid: ["json", "text/", "a b/c"],
};

/** An artifact type in a filter. Lading copies it into the `Link` header, so it must be a valid media type (SEC-02). */
export const artifactType: Codec<MediaType> = {
  ...mediaType,
  name: "artifact type",
  // An unencoded plus sign arrives as a space. No media type contains a space.
  parse: (text) => parseMediaType(text.replaceAll(" ", "+")),
  failure: "REQUEST_MALFORMED",
  examples: ["application/vnd.example.sbom.v1+json"],
  invalid: ["json", "text/", "a,b/c"],
};

/** The length of a body in bytes. */
export const contentLength: Codec<number> = {
  name: "content length",
  doc: "Size of the body in bytes.",
  pattern: "^[0-9]{1,15}$",
  parse: (text) => (/^[0-9]{1,15}$/.test(text) ? Number(text) : undefined),
  failure: "REQUEST_MALFORMED",
  examples: ["1024"],
  // The HTTP server refuses other malformed lengths. It joins two equal ones and passes them on.
  invalid: ["5, 5"],
};

/** The size of a blob in bytes, which a request of 2014 sends with the digest. */
export const blobLength: Codec<number> = {
  ...contentLength,
  name: "blob length",
  doc: "Size of the whole blob in bytes.",
  failure: "SIZE_INVALID",
  invalid: ["-1", "1e3", "many"],
};

/** The position of a chunk in a blob. */
export const chunkRange: Codec<Slice> = {
  name: "chunk range",
  doc: "`<first>-<last>`: offsets of the first and the last byte of the chunk, without a unit.",
  pattern: "^(?:bytes )?[0-9]{1,15}-[0-9]{1,15}(?:/(?:[0-9]{1,15}|[*]))?$",
  parse: parseChunkRange,
  failure: "REQUEST_MALFORMED",
  examples: ["0-1023"],
  invalid: ["0-", "-5", "0-1,5-6", "a-b"],
};

/**
 * Returns a codec that accepts every text. RFC 9110 requires a server to ignore an invalid value of these headers, and the
 * meaning of a valid one depends on the content. `apiLimits.requestHeadBytes` limits the length of the text.
 */
const anyText = (name: string, doc: string, example: string): Codec<string> => ({
  name,
  doc,
  pattern: "^.*$",
  parse: (text) => text,
  examples: [example],
  invalid: [],
});

/** The header `Range`. */
export const byteRange = anyText(
  "byte range",
  "`bytes=<first>-<last>`, `bytes=<first>-`, `bytes=-<count>`, or several of them separated by commas. An invalid value is ignored.",
  "bytes=0-99",
);
/** The header `Accept`. */
export const accept = anyText(
  "media ranges",
  "Media types, separated by commas.",
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
);
/** A date in a conditional header. */
export const httpDate = anyText(
  "HTTP date",
  "A date as in RFC 9110. An invalid date is ignored.",
  "Tue, 18 Nov 2014 20:39:32 GMT",
);
/** The entity tags in a conditional header. */
export const entityTags = anyText("entity tags", "A list of quoted digests, or `*`.", `"${emptySha256}"`);
