import { about, type RowId, type Section } from "../clause.ts";

const manifests: readonly RowId[] = ["legacy-manifest-get", "legacy-manifest-put", "legacy-manifest-delete"];
const signing: readonly RowId[] = ["legacy-manifest-put", "manifest-put-tag", "manifest-put-digest"];
const blobs: readonly RowId[] = ["legacy-blob-get", "legacy-blob-head"];
const status: readonly RowId[] = ["legacy-upload-status", "legacy-upload-status-head"];
const sending: readonly RowId[] = ["legacy-upload-append", "legacy-upload-finish"];

/** The section "The paths of 2014". */
export const legacy: Section = {
  title: "The paths of 2014",
  clauses: [
    ...about("Docker V2, 2014", manifests, {
      "LEG-01 legacy":
        "A client pushes (202), reads and removes (202) a manifest by its tag. The tag is the same in the paths of today.",
      "LEG-02 legacy": "An invalid tag gets 400 `INVALID_TAG`. An unknown tag gets 404 `UNKNOWN_MANIFEST`.",
    }),
    ...about("Docker V2, 2014", blobs, {
      "LEG-03 legacy": "A client reads a blob, or parts of it, by digest. An unknown blob gets 404 `UNKNOWN_LAYER`.",
      "LEG-04 legacy":
        "`Last-Modified` is the time at which the repository got the blob. `If-Modified-Since` and `If-Range` accept this date.",
    }),
    ...about("Docker V2, 2014", ["legacy-upload-start"], {
      "LEG-05 legacy":
        "An upload starts without a digest. The reply is 202 with `Location`, `Range` and a length of 0.",
    }),
    ...about("Docker V2, 2014", status, {
      "LEG-06 legacy": "`GET` and `HEAD` of an upload session reply 204 with its `Range`.",
    }),
    ...about("Docker V2, 2014", sending, {
      "LEG-07 legacy":
        "A `PUT` without a digest is a chunk (202). A `PUT` with digest and length finishes the upload (201).",
      "LEG-08 legacy": "A wrong digest gets `INVALID_DIGEST`, a wrong length `INVALID_LENGTH`.",
    }),
    ...about("Docker V2, 2014", ["legacy-upload-cancel"], {
      "LEG-09 legacy": "`DELETE` cancels an upload. An unknown upload session gets `UNKNOWN_LAYER_UPLOAD`.",
    }),
    ...about("Docker V2, 2014", [...manifests, ...blobs, "legacy-upload-start", ...status, ...sending], {
      "LEG-10 legacy":
        "A repository name has two to five components of 2 to 30 characters. Any other name gets 400 `INVALID_NAME`.",
    }),
    ...about("Docker V2, 2014", ["legacy-manifest-put"], {
      "LEG-11 legacy": "The error for a manifest has one entry for each missing layer, with its `blobSum`.",
    }),
    ...about("Docker V2, 2014", signing, {
      "LEG-18 legacy":
        "The registry stores a signed schema 1 manifest under the digest of its signed bytes, and returns it unchanged. Its layers may be tarsums.",
      "LEG-19 legacy":
        "One reply names everything that is wrong with the manifest: name, tag, signature (400 `UNVERIFIED_MANIFEST`) and each missing layer.",
      "LEG-20 own":
        "A payload keeps the signatures of all its pushes, at most eight. The registry never returns damaged content.",
    }),
    ...about("Lading", ["manifest-put-tag", "manifest-put-digest"], {
      "LEG-21 own":
        "The operator decides whether the name and tag in the manifest must match the push on the paths of today.",
      "LEG-22 own":
        "The manifest survives a restart, and clients can read it without `legacy` too. Without `legacy`, the registry accepts no new ones.",
    }),
    ...about("Docker V2, 2014", ["legacy-manifest-get", "manifest-get-tag"], {
      "LEG-23 legacy":
        "An image that cannot be converted to schema 1 is unknown to clients that support nothing else, and the reply says why.",
    }),
    ...about("Lading", [], {
      "LEG-24 own":
        "The first start creates the registry's own key. Only its user can read it, and the registry never shows it.",
      "LEG-12 own": "The paths of today give the same replies with and without the paths of 2014.",
      "LEG-13 own": "Without `legacy`, the paths of 2014 are unknown like any other path.",
      "LEG-14 own":
        "Each route has a name in its dialect. The URL is built from the name, and the router parses it back.",
      "LEG-15 own": "One reply can contain several errors, each with its own code.",
      "LEG-16 own": "An unexpected failure gets 500 `UNKNOWN` in both dialects. Only the log has its cause.",
      "LEG-17 own": "The log has the path of each request, and so its digest, upload session or tag.",
    }),
  ],
};
