/** Codecs of the names of content: repositories, digests, tags and upload sessions. */
import { ociLimits } from "../../oci/limits.ts";
import { digestPattern, parseAlgorithm, parseDigest, type Algorithm, type Digest } from "../../oci/digest.ts";
import { looksLikeDigest, parseTag, tagPattern, type Tag } from "../../oci/reference.ts";
import {
  parseRepositoryName,
  parseRepositoryName2014,
  repositoryNamePattern,
  repositoryNamePattern2014,
  type RepositoryName,
} from "../../oci/repository-name.ts";
import type { Codec } from "../codec.ts";

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
