import { about, declined, type Section } from "../clause.ts";

/** The section "Starting an upload session". */
export const uploadStart: Section = {
  title: "Starting an upload session",
  clauses: [
    ...about("OCI POST then PUT", ["upload-start"], {
      "UP-01 must": "A `POST` replies 202 with a `Location`.",
      "UP-03 de facto": "The registry ignores the body of the `POST`.",
      "UP-10 de facto": "The first push creates the repository.",
    }),
    ...about("Docker V2", ["upload-start"], {
      "UP-02 de facto": "The reply also has `Range: 0-0`, `Docker-Upload-UUID` and a length of 0.",
    }),
    ...about("OCI Single POST", ["upload-monolithic"], {
      "UP-04 may": "A `POST` with digest and body replies 201, or 400 if they do not match.",
    }),
    ...about("Docker V2, 2014", ["upload-monolithic"], {
      "UP-05 legacy":
        "A `POST` with a digest and without a body only starts an upload session, unless the digest is the digest of no bytes.",
    }),
    ...about("Docker V2", ["upload-monolithic", "upload-finish"], {
      "UP-06 legacy": "If a client sends several digests, all of them have to match, and each of them names the blob.",
    }),
    ...about("Docker V2, 2014", ["upload-monolithic", "upload-finish"], {
      "UP-07 legacy": "A length that a client sends with the digest must be the length of the blob.",
    }),
    ...about("OCI Pushing a blob in chunks", ["upload-start"], {
      "UP-08 should": "The start of an upload may name the algorithm of the digest. An unknown algorithm gets 400.",
      "UP-09 should": "If chunks have a minimum size, the reply to the start of an upload session states it.",
    }),
    ...about("OCI Mounting a blob from another repository", ["upload-mount"], {
      "MNT-01 must":
        "If the source has the blob, and the client may pull it there, a mount replies 201 with its `Location` in the target.",
      "MNT-02 should": "If the blob cannot be mounted, the reply is 202 with a usable upload session.",
      "MNT-03 may":
        "Without a source, the registry may look for the blob in every repository that the client may pull from. If it finds none, an upload session starts.",
    }),
    ...about("clients", ["upload-mount"], {
      "MNT-04 de facto":
        "A malformed digest or source counts as a blob that cannot be mounted: the reply is 202 with an upload session.",
      "MNT-06 de facto": "The registry accepts parameters percent-encoded and plain, together with unknown parameters.",
    }),
    ...declined("Lading has no login yet, and so no challenge with scopes", "oras, crane, docker", ["upload-mount"], {
      "MNT-05 de facto": "A mount that needs a token gets one challenge for both repositories.",
    }),
  ],
};

/** The section "Sending chunks". */
export const uploadSession: Section = {
  title: "Sending chunks",
  clauses: [
    ...about("OCI Pushing a blob in chunks", ["upload-append"], {
      "UP-20 must": "A `PATCH` replies 202 with `Location` and `Range`.",
      "UP-22 must":
        "`Content-Range` has two inclusive positions without a unit. The registry also accepts the form with a unit.",
    }),
    ...about("OCI Pushing a blob in chunks", ["upload-append", "upload-finish"], {
      "UP-23 must":
        "A chunk that does not start at the offset gets 416. A chunk whose length differs from its stated length gets 400. The upload session stays usable.",
      "UP-42 must": "The same rules apply to the final `PUT`, before the digest is checked.",
    }),
    ...about("Docker V2, 2014", ["upload-append"], {
      "UP-21 legacy": "In 2014 a `PATCH` replied 204. It now replies 202, which all clients accept.",
      "UP-26 legacy": "`Content-Range` was required in 2014. The registry does not require it.",
    }),
    ...about("regctl, conformance suite", ["upload-append"], {
      "UP-24 de facto": "A 416 has `Location` and `Range`, from which the client can continue.",
    }),
    ...about("docker", ["upload-append"], {
      "UP-25 de facto": "A chunk without range, length or type is appended at the offset.",
    }),
    ...about("OCI Resumable Push", ["upload-append", "upload-status"], {
      "UP-27 de facto":
        "The upload session keeps the bytes that arrived before a connection broke, and its status has their number.",
    }),
    ...about("OCI Endpoints", ["upload-status", "upload-append", "upload-finish", "upload-cancel"], {
      "UP-28 must": "A finished or unknown upload session gets 404 `BLOB_UPLOAD_UNKNOWN` for every method.",
      "UP-29 own": "An upload session belongs to one repository, and is unknown in any other.",
      "UP-30 must": "The `Location` of the `POST` stays the address of the upload session.",
    }),
    ...about("OCI Pushing a blob in chunks", ["upload-status", "upload-status-head"], {
      "ST-01 must": "The status replies 204 with `Location` and `Range`.",
    }),
    ...about("conformance suite", ["upload-status"], {
      "ST-02 de facto": "The registry ignores a query on the `Location`.",
    }),
    ...about("Docker V2", ["upload-status", "upload-start"], {
      "ST-03 de facto": "The `Range` of an upload session without bytes is `0-0`.",
      "ST-04 legacy": "The `Range` ends with the offset of the last byte. In 2014 it ended with the number of bytes.",
    }),
  ],
};

/** The section "Finishing an upload session". */
export const uploadEnd: Section = {
  title: "Finishing an upload session",
  clauses: [
    ...about("OCI POST then PUT", ["upload-finish"], {
      "UP-40 must": "A `PUT` replies 201 with the `Location` of the blob, its digest and a length of 0.",
      "UP-44 must":
        "A digest that is malformed, of an unknown algorithm, or different from the digest of the bytes gets 400. No blob becomes visible.",
    }),
    ...about("Docker V2, 2014", ["upload-finish"], {
      "UP-41 legacy": "One table of 2014 had 204. The reply is 201 with a `Location`.",
    }),
    ...about("Docker V2", ["upload-finish"], {
      "UP-43 de facto": "A `PUT` without a digest gets 400, and the upload session stays usable.",
    }),
    ...about("clients", ["upload-finish"], {
      "UP-45 de facto": "The registry accepts a digest with a percent-encoded colon.",
      "UP-46 de facto":
        "A client can send all bytes in the `PUT`, all in one `PATCH`, in several `PATCH` requests, or the last piece in the `PUT`.",
      "UP-48 de facto": "Clients can pull the blob as soon as the 201 has arrived.",
    }),
    ...about("OCI Layer Upload De-duplication", ["upload-finish"], {
      "UP-47 must": "Two upload sessions for one digest both succeed. One upload session can be finished only once.",
    }),
    ...about("Docker V2, 2014", ["upload-finish", "upload-monolithic", "blob-get", "blob-head"], {
      "UP-49 legacy": "The registry verifies a tarsum digest. The blob has both the tarsum and its sha256.",
    }),
    ...about("OCI Cancel a blob upload", ["upload-cancel"], {
      "CAN-01 should": "A `DELETE` replies 204, and removes the upload session and its bytes.",
      "CAN-02 must": "A `DELETE` of an unknown upload session gets 404.",
      "CAN-04 should": "An upload session that no client uses any more expires with its bytes.",
    }),
    ...about("docker, skopeo", ["upload-cancel"], {
      "CAN-03 de facto": "Cancelling requires the right to push, and no other right.",
    }),
  ],
};
