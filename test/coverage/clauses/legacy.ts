import { about, type RowId, type Section } from "../clause.ts";

const manifests: readonly RowId[] = ["legacy-manifest-get", "legacy-manifest-put", "legacy-manifest-delete"];
const signing: readonly RowId[] = ["legacy-manifest-put", "manifest-put-tag", "manifest-put-digest"];
const blobs: readonly RowId[] = ["legacy-blob-get", "legacy-blob-head"];
const status: readonly RowId[] = ["legacy-upload-status", "legacy-upload-status-head"];
const sending: readonly RowId[] = ["legacy-upload-append", "legacy-upload-finish"];

export const legacy: Section = {
  title: "The first routes",
  clauses: [
    ...about("Docker V2, 2014", manifests, {
      "LEG-01 legacy":
        "A manifest is put (202), read and removed (202) by its tag, which is the same tag in all routes.",
      "LEG-02 legacy": "What is no tag is 400 `INVALID_TAG`; an unknown one is 404 `UNKNOWN_MANIFEST`.",
    }),
    ...about("Docker V2, 2014", blobs, {
      "LEG-03 legacy": "A blob is read by its digest, in whole and in parts; what is not there is 404 `UNKNOWN_LAYER`.",
      "LEG-04 legacy": "Last-Modified says since when it is there; If-Modified-Since and If-Range take that date.",
    }),
    ...about("Docker V2, 2014", ["legacy-upload-start"], {
      "LEG-05 legacy": "An upload is started without a digest: 202, with Location, Range and a length of 0.",
    }),
    ...about("Docker V2, 2014", status, {
      "LEG-06 legacy": "GET and HEAD of a session are 204 with its Range.",
    }),
    ...about("Docker V2, 2014", sending, {
      "LEG-07 legacy": "A PUT without a digest is a chunk (202); one with digest and length ends the upload (201).",
      "LEG-08 legacy": "A wrong digest is `INVALID_DIGEST`, a wrong length `INVALID_LENGTH`.",
    }),
    ...about("Docker V2, 2014", ["legacy-upload-cancel"], {
      "LEG-09 legacy": "DELETE gives an upload up; what is no session is `UNKNOWN_LAYER_UPLOAD`.",
    }),
    ...about("Docker V2, 2014", [...manifests, ...blobs, "legacy-upload-start", ...status, ...sending], {
      "LEG-10 legacy": "Names have two to five components of 2 to 30 characters; another is 400 `INVALID_NAME`.",
    }),
    ...about("Docker V2, 2014", ["legacy-manifest-put"], {
      "LEG-11 legacy": "Each layer that is missing has a line of its own, with its `blobSum`.",
    }),
    ...about("Docker V2, 2014", signing, {
      "LEG-18 legacy":
        "A signed manifest of schema 1 is taken under the digest of what is signed, and given as it came; its layers may be tarsums.",
      "LEG-19 legacy":
        "What is wrong with it is told at once: name, tag, signature (400 `UNVERIFIED_MANIFEST`), each missing layer.",
      "LEG-20 own":
        "One payload keeps the signatures of all its pushes, eight at most; what is damaged is never given.",
    }),
    ...about("Lading", ["manifest-put-tag", "manifest-put-digest"], {
      "LEG-21 own": "Whether its own name and tag have to be those of the push, the operator says for today's routes.",
      "LEG-22 own": "It survives a restart, and is given without `legacy`, too; then none is taken any more.",
    }),
    ...about("Docker V2, 2014", ["legacy-manifest-get", "manifest-get-tag"], {
      "LEG-23 legacy":
        "What cannot be written as schema 1 is unknown to clients that know nothing else, and the reply says why.",
    }),
    ...about("Lading", [], {
      "LEG-24 own":
        "The registry's own key is made at the first start, is readable for its user alone, and never said.",
      "LEG-12 own": "What today's routes answer is the same with and without those of 2014.",
      "LEG-13 own": "Without them, their paths are as unknown as any other.",
      "LEG-14 own":
        "Each route has a name, in the words of its time, by which its URL is made; the router reads it back.",
      "LEG-15 own": "One reply can hold several errors, each with a code of its own.",
      "LEG-16 own": "What nobody foresaw is 500 `UNKNOWN`, in the words of either time; what it was stays in the log.",
      "LEG-17 own": "The log says each request's path, and so the digest, the session or the tag that it is about.",
    }),
  ],
};
