import { about, declined, type Section } from "../clause.ts";

export const uploadStart: Section = {
  title: "The start of an upload",
  clauses: [
    ...about("OCI POST then PUT", ["upload-start"], {
      "UP-01 must": "A POST is 202 with a Location.",
      "UP-03 de facto": "A body that comes with it is ignored.",
      "UP-10 de facto": "The first push makes the repository.",
    }),
    ...about("Docker V2", ["upload-start"], {
      "UP-02 de facto": "It also says `Range: 0-0`, `Docker-Upload-UUID` and a length of 0.",
    }),
    ...about("OCI Single POST", ["upload-monolithic"], {
      "UP-04 may": "A POST with digest and body is 201, or 400 where they do not fit.",
    }),
    ...about("Docker V2, 2014", ["upload-monolithic"], {
      "UP-05 legacy": "A digest without a body only starts a session, unless it is that of no bytes.",
    }),
    ...about("Docker V2", ["upload-monolithic", "upload-finish"], {
      "UP-06 legacy": "Where several digests are given all of them have to fit, and each names the blob.",
    }),
    ...about("Docker V2, 2014", ["upload-monolithic", "upload-finish"], {
      "UP-07 legacy": "A length that stands beside the digest has to be that of the blob.",
    }),
    ...about("OCI Pushing a blob in chunks", ["upload-start"], {
      "UP-08 should": "The start may name the digest's algorithm; an unknown one is 400.",
      "UP-09 should": "Where a chunk has a least size the start of a session names it.",
    }),
    ...about("OCI Mounting a blob from another repository", ["upload-mount"], {
      "MNT-01 must": "A blob that the source has, and that the caller may pull there, is 201 with its Location here.",
      "MNT-02 should": "Where it cannot be mounted a session starts, 202, that can be used.",
      "MNT-03 may": "Without a source the blob may be found wherever the caller may pull it; else a session starts.",
    }),
    ...about("clients", ["upload-mount"], {
      "MNT-04 de facto": "A malformed digest or source is as one that cannot be mounted: a session starts, 202.",
      "MNT-06 de facto": "Parameters are understood percent-encoded and plain, beside others that nobody knows.",
    }),
    ...declined("there is no login yet, and so no challenge with scopes", "oras, crane, docker", ["upload-mount"], {
      "MNT-05 de facto": "A mount that needs a token is challenged for both repositories at once.",
    }),
  ],
};

export const uploadSession: Section = {
  title: "An upload session",
  clauses: [
    ...about("OCI Pushing a blob in chunks", ["upload-append"], {
      "UP-20 must": "A PATCH is 202 with Location and Range.",
      "UP-22 must": "Content-Range is two inclusive positions without a unit; the form with one is understood.",
    }),
    ...about("OCI Pushing a blob in chunks", ["upload-append", "upload-finish"], {
      "UP-23 must":
        "A chunk that does not begin at the offset is 416, one of another length than it says 400; the session goes on.",
      "UP-42 must": "The same holds for the closing PUT, before the digest is looked at.",
    }),
    ...about("Docker V2, 2014", ["upload-append"], {
      "UP-21 legacy": "A PATCH was 204; it is 202, which all clients take.",
      "UP-26 legacy": "Content-Range was required, and never asked for.",
    }),
    ...about("regctl, conformance suite", ["upload-append"], {
      "UP-24 de facto": "A 416 says where to go on: Location and Range.",
    }),
    ...about("docker", ["upload-append"], {
      "UP-25 de facto": "A chunk without range, length or type follows what is there.",
    }),
    ...about("OCI Resumable Push", ["upload-append", "upload-status"], {
      "UP-27 de facto": "What arrived before a connection broke is kept, and the status tells how much.",
    }),
    ...about("OCI Endpoints", ["upload-status", "upload-append", "upload-finish", "upload-cancel"], {
      "UP-28 must": "A session that ended or never was is 404 `BLOB_UPLOAD_UNKNOWN` for every method.",
      "UP-29 own": "A session is of one repository, and unknown under any other name.",
      "UP-30 must": "The Location of the POST stays that of the session.",
    }),
    ...about("OCI Pushing a blob in chunks", ["upload-status", "upload-status-head"], {
      "ST-01 must": "The status is 204 with Location and Range.",
    }),
    ...about("conformance suite", ["upload-status"], {
      "ST-02 de facto": "A query on the Location is ignored.",
    }),
    ...about("Docker V2", ["upload-status", "upload-start"], {
      "ST-03 de facto": "Nothing received reads `0-0`.",
      "ST-04 legacy": "The Range ends with the last byte, where in 2014 it ended with the count.",
    }),
  ],
};

export const uploadEnd: Section = {
  title: "The end of an upload",
  clauses: [
    ...about("OCI POST then PUT", ["upload-finish"], {
      "UP-40 must": "A PUT is 201 with the Location of the blob, its digest and a length of 0.",
      "UP-44 must":
        "A digest that is malformed, of an unknown algorithm or not that of the bytes is 400; nothing is visible.",
    }),
    ...about("Docker V2, 2014", ["upload-finish"], {
      "UP-41 legacy": "One table said 204; it is 201 with a Location.",
    }),
    ...about("Docker V2", ["upload-finish"], {
      "UP-43 de facto": "Without a digest it is 400, and the session is kept.",
    }),
    ...about("clients", ["upload-finish"], {
      "UP-45 de facto": "The digest is understood with its colon percent-encoded.",
      "UP-46 de facto": "All in the PUT, all in one PATCH, in several, or the last piece in the PUT: every way works.",
      "UP-48 de facto": "The blob can be pulled as soon as the 201 is there.",
    }),
    ...about("OCI Layer Upload De-duplication", ["upload-finish"], {
      "UP-47 must": "Two sessions for one digest both succeed; one session ends once.",
    }),
    ...about("Docker V2, 2014", ["upload-finish", "upload-monolithic", "blob-get", "blob-head"], {
      "UP-49 legacy": "A tarsum digest is verified, and names the blob beside its sha256.",
    }),
    ...about("OCI Cancel a blob upload", ["upload-cancel"], {
      "CAN-01 should": "A DELETE is 204, and the session and its bytes are gone.",
      "CAN-02 must": "Of an unknown session it is 404.",
      "CAN-04 should": "A session that nobody comes back to expires, with its bytes.",
    }),
    ...about("docker, skopeo", ["upload-cancel"], {
      "CAN-03 de facto": "To cancel takes the right to push, and no other.",
    }),
  ],
};
