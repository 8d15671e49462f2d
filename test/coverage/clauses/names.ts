import { about, declined, type Section } from "../clause.ts";

export const names: Section = {
  title: "Names, tags, digests and paths",
  clauses: [
    ...about("OCI Pulling manifests", [], {
      "NAME-01 must":
        "A repository name is components of lower-case letters and digits, joined by `.`, `_`, `__` or dashes.",
      "NAME-02 should": "One component is enough; names of up to 255 characters are taken.",
      "TAG-01 must":
        "A tag is at most 128 letters, digits, `_`, `.` and `-`, the first no dot or dash; its case counts.",
    }),
    ...about("conformance suites", [], {
      "NAME-03 de facto": "What is no name is 400 `NAME_INVALID`.",
      "TAG-02 de facto": "What is no tag is 400 in a push, and 404 where it is asked for: nothing can have that name.",
    }),
    ...about("clients", [], {
      "TAG-03 de facto": "A reference with a colon is a digest, any other a tag.",
    }),
    ...about("Docker V2, 2014", [], {
      "NAME-L1 legacy":
        "All names of 2014 are names; what only 2014 refused, such as a single component, is taken too.",
    }),
    ...about("OCI Pushing blobs", [], {
      "DIG-01 should":
        "A malformed digest is 400 `DIGEST_INVALID`; one of an unknown algorithm names nothing, and takes no push.",
    }),
    ...about("image-spec descriptor", [], {
      "DIG-02 must": "The registered algorithms have an exact length, in lower-case hexadecimal digits.",
      "DIG-03 should":
        "A digest of an algorithm that cannot be verified may stand in a manifest, where nothing has to be verified.",
      "DIG-10 must": "The digests of no bytes are the known ones.",
    }),
    ...declined("only digests that the image-spec's grammar allows name content", "Docker V2", [], {
      "DIG-04 legacy": "A wider grammar, with algorithms in upper case, names content as well.",
    }),
    ...declined("not among the algorithms of a released image-spec; such a push is 400", "image-spec main", [], {
      "DIG-09 may": "Content can be named by BLAKE3.",
    }),
    ...about("Lading", [], {
      "DIG-05 own": "The right to content, and its deletion, go by repository and digest as it was written.",
      "DIG-08 own": "No text that is not a digest becomes part of a path on the disk.",
    }),
    ...about("regctl, conformance suite", ["manifest-put-tag", "manifest-put-digest", "manifest-get-tag"], {
      "DIG-06 de facto": "A push may name its digest by another algorithm than sha256, and gives it a tag as well.",
      "DIG-07 de facto": "A tag leads to the digest by which it was pushed.",
    }),
    ...about("Docker V2", [], {
      "PATH-01 must": "Names may hold `manifests`, `tags`, `blobs` and the like: a path is read from its end.",
      "PATH-03 de facto": "A path is served with and without a slash at its end, without a redirect.",
    }),
    ...about("Lading", [], {
      "PATH-02 own":
        "Empty segments are refused, an encoded slash never separates, and dots never lead out of the API.",
    }),
    ...about(
      "OCI POST then PUT",
      ["upload-start", "upload-status", "upload-append", "upload-finish", "upload-cancel"],
      {
        "PATH-04 must": "A session's Location holds a UUID; any other text names a session that is unknown.",
      },
    ),
    ...about("RFC 9110", [], {
      "METH-01 de facto": "A method that a path does not have is 405 `UNSUPPORTED` with `Allow`.",
    }),
    ...about(
      "OCI Checking if content exists",
      ["base-head", "blob-head", "manifest-head-tag", "manifest-head-digest", "upload-status-head"],
      { "HEAD-01 must": "HEAD is answered wherever GET is, as the GET but without a body." },
    ),
  ],
};
