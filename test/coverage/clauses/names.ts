import { about, declined, type Section } from "../clause.ts";

/** The section "Names, tags, digests and paths". */
export const names: Section = {
  title: "Names, tags, digests and paths",
  clauses: [
    ...about("OCI Pulling manifests", [], {
      "NAME-01 must":
        "A repository name has components of lower-case letters and digits, joined by `.`, `_`, `__` or dashes.",
      "NAME-02 should": "A name may have one component, and up to 255 characters.",
      "TAG-01 must":
        "A tag has at most 128 letters, digits, `_`, `.` and `-`. The first character is not a dot or a dash. Tags are case-sensitive.",
    }),
    ...about("conformance suites", [], {
      "NAME-03 de facto": "An invalid name gets 400 `NAME_INVALID`.",
      "TAG-02 de facto":
        "An invalid tag gets 400 in a push. In any other request it gets 404, because no tag can have that name.",
    }),
    ...about("clients", [], {
      "TAG-03 de facto": "A reference with a colon is a digest. Any other reference is a tag.",
    }),
    ...about("Docker V2, 2014", [], {
      "NAME-L1 legacy":
        "All names of 2014 are valid. Names that only 2014 refused, such as a single component, are valid too.",
    }),
    ...about("OCI Pushing blobs", [], {
      "DIG-01 should":
        "A malformed digest gets 400 `DIGEST_INVALID`. No content has a digest of an unknown algorithm, and no push may use one.",
    }),
    ...about("image-spec descriptor", [], {
      "DIG-02 must": "The digests of the registered algorithms have an exact length, in lower-case hexadecimal digits.",
      "DIG-03 should":
        "A manifest may contain a digest of an algorithm that the registry cannot verify, where nothing has to be verified.",
      "DIG-10 must": "The digests of no bytes are the well-known ones.",
    }),
    ...declined("content can only have digests that the grammar of the image-spec allows", "Docker V2", [], {
      "DIG-04 legacy": "A wider grammar, with algorithms in upper case, names content too.",
    }),
    ...declined("no released image-spec has this algorithm; such a push gets 400", "image-spec main", [], {
      "DIG-09 may": "Content can have a BLAKE3 digest.",
    }),
    ...about("Lading", [], {
      "DIG-05 own":
        "The right to content, and its deletion, depend on the repository and on the digest exactly as the client sent it.",
      "DIG-08 own": "Only text that is a valid digest becomes part of a path on the disk.",
    }),
    ...about("regctl, conformance suite", ["manifest-put-tag", "manifest-put-digest", "manifest-get-tag"], {
      "DIG-06 de facto": "A push may use a digest of another algorithm than sha256, and set a tag for it.",
      "DIG-07 de facto": "A tag points to the digest with which it was pushed.",
    }),
    ...about("Docker V2", [], {
      "PATH-01 must":
        "A name may contain `manifests`, `tags`, `blobs` and similar components: the router reads a path from its end.",
      "PATH-03 de facto": "A path works with and without a slash at its end, without a redirect.",
    }),
    ...about("Lading", [], {
      "PATH-02 own":
        "Empty segments are refused, an encoded slash never separates segments, and dots never lead out of the API.",
    }),
    ...about(
      "OCI POST then PUT",
      ["upload-start", "upload-status", "upload-append", "upload-finish", "upload-cancel"],
      {
        "PATH-04 must":
          "The `Location` of an upload session contains a UUID. Any other text is an unknown upload session.",
      },
    ),
    ...about("RFC 9110", [], {
      "METH-01 de facto": "A method that a path does not support gets 405 `UNSUPPORTED` with `Allow`.",
    }),
    ...about(
      "OCI Checking if content exists",
      ["base-head", "blob-head", "manifest-head-tag", "manifest-head-digest", "upload-status-head"],
      { "HEAD-01 must": "Each path with `GET` also supports `HEAD`, with the same reply but without a body." },
    ),
  ],
};
