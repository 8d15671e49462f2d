import { about, declined, type RowId, type Section } from "../clause.ts";

const get: readonly RowId[] = ["manifest-get-tag", "manifest-get-digest"];
const read: readonly RowId[] = [...get, "manifest-head-tag", "manifest-head-digest"];
const put: readonly RowId[] = ["manifest-put-tag", "manifest-put-digest"];
const remove: readonly RowId[] = ["manifest-delete", "tag-delete"];

/** The section "Manifests: reading". */
export const manifestReads: Section = {
  title: "Manifests: reading",
  clauses: [
    ...about("OCI Pulling manifests", get, {
      "MAN-01 must": "A `GET` by tag or digest replies 200 with exactly the bytes that were pushed.",
    }),
    ...about("OCI Pulling manifests", read, {
      "MAN-02 should": "The `Content-Type` is that of the push, without parameters.",
      "MAN-03 must":
        "The reply has the digest, by the requested algorithm or by the algorithm with which the tag was pushed.",
      "MAN-04 must": "`GET` and `HEAD` state the exact length. A `HEAD` has no body.",
      "MAN-05 must":
        "An unknown manifest gets 404 `MANIFEST_UNKNOWN`. In an unknown repository it gets `NAME_UNKNOWN`.",
    }),
    ...about("docker", read, {
      "MAN-06 de facto": "The digest is the ETag. A matching `If-None-Match`, with or without quotes, gets 304.",
    }),
    ...about("clients", get, {
      "MAN-07 de facto": "The registry returns the stored manifest, whatever `Accept` says.",
      "MAN-08 de facto": "`Accept` may be one line or several lines, with parameters, with `*/*`, or absent.",
    }),
    ...about("Docker V2", ["manifest-get-tag", "manifest-head-tag"], {
      "MAN-09 legacy": "If the operator allows it, old clients get images of today as signed schema 1.",
    }),
  ],
};

/** The section "Manifests: pushing". */
export const manifestPushes: Section = {
  title: "Manifests: pushing",
  clauses: [
    ...about("OCI Pushing Manifests", put, {
      "MPUT-01 must": "A `PUT` replies 201 with `Location` and digest.",
      "MPUT-02 must": "The registry stores the bytes unchanged.",
      "MPUT-03 must": "A push by a digest that does not match the bytes gets 400.",
      "MPUT-05 should":
        "The registry ignores parameters of the `Content-Type`. If the header is absent or not the type of a manifest, the registry takes the type from the document.",
      "MPUT-16 should": "The registry accepts 4 MiB. A manifest over the limit gets 413.",
    }),
    ...about("OCI Push", put, {
      "MPUT-11 must":
        "The repository must have the content that a manifest refers to. A `MANIFEST_BLOB_UNKNOWN` names each missing item.",
    }),
    ...about("conformance suite", put, {
      "MPUT-04 de facto": "A malformed digest in the path gets 400.",
      "MPUT-12 de facto":
        "The repository need not have foreign layers, layers that must not be distributed, or the subject.",
      "MPUT-13 de facto": "A descriptor may contain its data.",
      "MPUT-15 de facto": "The registry does not check the content of a configuration.",
      "MPUT-17 de facto": "The registry accepts a body without a length.",
    }),
    ...about("image-spec manifest, index", put, {
      "MPUT-06 must": "A `mediaType` that differs from the `Content-Type` gets 400.",
      "MPUT-08 must":
        "A document that is not a JSON object of the right version and structure gets 400 `MANIFEST_INVALID`.",
      "MPUT-14 must": "The registry accepts empty lists, unknown types and custom fields.",
    }),
    ...about("OCI Definitions", put, {
      "MPUT-07 may": "The registry stores a manifest of an unknown type unchanged.",
    }),
    ...about("Lading", put, {
      "MPUT-09 own": "A document that could be read as two kinds of manifest gets 400.",
      "MPUT-10 own":
        "A document with a duplicate key, or with a key that Go reads as a field and other programs do not, gets 400.",
    }),
    ...about("RFC 9110", put, {
      "MPUT-18 de facto": "`Expect: 100-continue` gets 100 or a final status.",
    }),
    ...about("OCI Pushing Manifests", ["manifest-put-tag"], {
      "MPUT-19 may": "A tag moves to the last manifest that was pushed under it, atomically.",
    }),
    ...about("OCI Pushing Manifests with Subject", put, {
      "SUBJ-01 must":
        "`OCI-Subject` names the subject of an image or an index, whether or not the repository has the subject.",
      "SUBJ-02 de facto": "A subject with an invalid digest gets 400.",
    }),
    ...about("OCI Pushing Manifests", ["manifest-put-digest"], {
      "TAGP-01 may": "A push by digest may name at least ten tags. `OCI-Tag` lists those that were set.",
      "TAGP-02 de facto": "A push with an invalid tag gets 400, and stores nothing.",
    }),
    ...about("OCI Pushing Manifests", ["manifest-put-tag"], {
      "TAGP-03 de facto": "A push by tag ignores other tags.",
    }),
    ...about("regctl", ["manifest-put-tag"], {
      "TAGP-04 de facto": "A push by tag may name a digest. The registry verifies it, and the tag then points to it.",
    }),
    ...about("OCI Referrers Tag Schema", put, {
      "SPEC-COND-01 may": "`If-Match` and `If-None-Match` prevent a push to a tag that has moved.",
    }),
  ],
};

/** The section "Manifests: deleting". */
export const manifestDeletions: Section = {
  title: "Manifests: deleting",
  clauses: [
    ...about("OCI Deleting Manifests", ["manifest-delete"], {
      "MDEL-01 must": "A deletion by digest replies 202, and removes the manifest and all its tags immediately.",
      "MDEL-04 must": "A deleted referrer leaves the list of its subject. A deleted subject keeps its referrers.",
    }),
    ...about("OCI Deleting tags", ["tag-delete"], {
      "MDEL-02 must": "A deletion by tag replies 202, and removes only the tag.",
    }),
    ...about("OCI Deleting Manifests", remove, {
      "MDEL-03 must": "A deletion of an unknown manifest or tag gets 404.",
    }),
    ...about("OCI Content Management", [...remove, "blob-delete"], {
      "SPEC-DEL-01 must": "If deletion is disabled, a deletion gets 400 or 405.",
    }),
    ...about("conformance suite", ["manifest-delete"], {
      "MDEL-05 de facto":
        "The same bytes by sha256 and by sha512 are two manifests, which a client deletes separately.",
    }),
    ...declined("Lading has no immutable tags yet", "Lading", remove, {
      "MDEL-06 own": "A deletion by digest does not remove an immutable tag.",
    }),
  ],
};
