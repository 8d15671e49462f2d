import { about, declined, type RowId, type Section } from "../clause.ts";

const get: readonly RowId[] = ["manifest-get-tag", "manifest-get-digest"];
const read: readonly RowId[] = [...get, "manifest-head-tag", "manifest-head-digest"];
const put: readonly RowId[] = ["manifest-put-tag", "manifest-put-digest"];
const remove: readonly RowId[] = ["manifest-delete", "tag-delete"];

export const manifestReads: Section = {
  title: "Manifests: reading",
  clauses: [
    ...about("OCI Pulling manifests", get, {
      "MAN-01 must": "A GET by tag or digest is 200 with exactly the bytes that were pushed.",
    }),
    ...about("OCI Pulling manifests", read, {
      "MAN-02 should": "The Content-Type is that of the push, without parameters.",
      "MAN-03 must": "The digest is in the reply, by the algorithm that was asked for or that the tag was pushed with.",
      "MAN-04 must": "GET and HEAD say the exact length; a HEAD has no body.",
      "MAN-05 must": "What is not there is 404 `MANIFEST_UNKNOWN`, in a repository that is not there `NAME_UNKNOWN`.",
    }),
    ...about("docker", read, {
      "MAN-06 de facto": "The digest is the ETag; If-None-Match is 304, with quotes or without.",
    }),
    ...about("clients", get, {
      "MAN-07 de facto": "What is stored is given, whatever Accept says.",
      "MAN-08 de facto": "Accept in one line or many, with parameters, with `*/*`, or absent.",
    }),
    ...about("Docker V2", ["manifest-get-tag", "manifest-head-tag"], {
      "MAN-09 legacy": "Where the operator says so, old clients are given images of today as a signed schema 1.",
    }),
  ],
};

export const manifestPushes: Section = {
  title: "Manifests: pushing",
  clauses: [
    ...about("OCI Pushing Manifests", put, {
      "MPUT-01 must": "A PUT is 201 with Location and digest.",
      "MPUT-02 must": "The bytes are stored as they came.",
      "MPUT-03 must": "By a digest that is not that of the bytes it is 400.",
      "MPUT-05 should":
        "Parameters of the Content-Type are ignored; without one, or with one that no manifest has, the document tells what it is.",
      "MPUT-16 should": "4 MiB are taken; more than the limit is 413.",
    }),
    ...about("OCI Push", put, {
      "MPUT-11 must":
        "What a manifest refers to has to be here: each missing item is named in a `MANIFEST_BLOB_UNKNOWN`.",
    }),
    ...about("conformance suite", put, {
      "MPUT-04 de facto": "A malformed digest in the path is 400.",
      "MPUT-12 de facto": "Layers that lie elsewhere or may not be distributed need not be here, nor a subject.",
      "MPUT-13 de facto": "A descriptor may bring its data along.",
      "MPUT-15 de facto": "What a configuration holds is not looked at.",
      "MPUT-17 de facto": "A body without a length is taken.",
    }),
    ...about("image-spec manifest, index", put, {
      "MPUT-06 must": "A `mediaType` that is not the Content-Type is 400.",
      "MPUT-08 must": "What is no JSON object of the right version and shape is 400 `MANIFEST_INVALID`.",
      "MPUT-14 must": "Empty lists, unknown types and fields of one's own are taken.",
    }),
    ...about("OCI Definitions", put, {
      "MPUT-07 may": "A manifest of an unknown type is kept as it is.",
    }),
    ...about("Lading", put, {
      "MPUT-09 own": "A document that could be read as two kinds of manifest is 400.",
      "MPUT-10 own":
        "A document in which a key stands twice, or one that Go takes for a field and others do not, is 400.",
    }),
    ...about("RFC 9110", put, {
      "MPUT-18 de facto": "`Expect: 100-continue` is answered with 100 or with a final status.",
    }),
    ...about("OCI Pushing Manifests", ["manifest-put-tag"], {
      "MPUT-19 may": "A tag moves to what is pushed under it last, as a whole.",
    }),
    ...about("OCI Pushing Manifests with Subject", put, {
      "SUBJ-01 must": "`OCI-Subject` names the subject of an image or an index, here or not.",
      "SUBJ-02 de facto": "A subject whose digest is none is 400.",
    }),
    ...about("OCI Pushing Manifests", ["manifest-put-digest"], {
      "TAGP-01 may": "A push by digest may name tags, at least ten; `OCI-Tag` lists those that were set.",
      "TAGP-02 de facto": "An invalid one is 400, and nothing is stored.",
    }),
    ...about("OCI Pushing Manifests", ["manifest-put-tag"], {
      "TAGP-03 de facto": "In a push by tag other tags are ignored.",
    }),
    ...about("regctl", ["manifest-put-tag"], {
      "TAGP-04 de facto": "A push by tag may name a digest, which is verified and by which the tag then goes.",
    }),
    ...about("OCI Referrers Tag Schema", put, {
      "SPEC-COND-01 may": "If-Match and If-None-Match hold back a push over a tag that has moved.",
    }),
  ],
};

export const manifestDeletions: Section = {
  title: "Manifests: deleting",
  clauses: [
    ...about("OCI Deleting Manifests", ["manifest-delete"], {
      "MDEL-01 must": "By digest it is 202, and the manifest and all its tags are gone at once.",
      "MDEL-04 must": "A deleted referrer leaves its subject's list; a deleted subject leaves its referrers.",
    }),
    ...about("OCI Deleting tags", ["tag-delete"], {
      "MDEL-02 must": "By tag it is 202, and only the tag is gone.",
    }),
    ...about("OCI Deleting Manifests", remove, {
      "MDEL-03 must": "Of what is not there it is 404.",
    }),
    ...about("OCI Content Management", [...remove, "blob-delete"], {
      "SPEC-DEL-01 must": "Deletion that is disabled is 400 or 405.",
    }),
    ...about("conformance suite", ["manifest-delete"], {
      "MDEL-05 de facto": "The same bytes by sha256 and by sha512 are two manifests, deleted one by one.",
    }),
    ...declined("tags cannot be made immutable yet", "Lading", remove, {
      "MDEL-06 own": "Deleting by digest does not get around a tag that may not change.",
    }),
  ],
};
