/** The routes in the descriptors of December 2014. */
import type { CodeFact, RouteFact } from "../fact.ts";

const authorization = { name: "Authorization" } as const;
const challenged = { status: 401, headers: ["WWW-Authenticate"] } as const;
const json = "application/json";
const octets = "application/octet-stream";
const notFound = { status: 404, codes: ["NAME_UNKNOWN", "MANIFEST_UNKNOWN"] } as const;
const notTagged = { status: 400, codes: ["NAME_INVALID", "TAG_INVALID"] } as const;
const standing = { status: 204, headers: ["Range"] } as const;

export const routeFacts: readonly RouteFact[] = [
  {
    name: "base",
    path: "/v2/",
    uses: [
      {
        method: "GET",
        headers: [authorization],
        successes: [{ status: 200 }],
        refusals: [challenged, { status: 404 }],
        shown: ["BASE-01"],
      },
    ],
  },
  {
    name: "tags",
    path: "/v2/{name}/tags/list",
    uses: [
      {
        method: "GET",
        path: ["name"],
        successes: [{ status: 200, body: json }],
        refusals: [{ status: 404 }, { status: 401 }],
        shown: ["TAGS-01", "TAGS-03"],
      },
    ],
  },
  {
    name: "manifest",
    path: "/v2/{name}/manifests/{tag}",
    uses: [
      {
        method: "GET",
        path: ["name", "tag"],
        successes: [{ status: 200, body: json }],
        refusals: [notTagged, notFound],
        shown: ["MAN-01"],
      },
      {
        method: "PUT",
        path: ["name", "tag"],
        headers: [authorization],
        body: json,
        successes: [{ status: 202 }],
        refusals: [
          {
            status: 400,
            codes: ["NAME_INVALID", "TAG_INVALID", "MANIFEST_INVALID", "MANIFEST_UNVERIFIED", "BLOB_UNKNOWN"],
          },
          challenged,
        ],
        shown: ["MPUT-01", "MPUT-05"],
      },
      {
        method: "DELETE",
        path: ["name", "tag"],
        headers: [authorization],
        successes: [{ status: 202 }],
        refusals: [notTagged, challenged, notFound],
        shown: ["MDEL-02"],
      },
    ],
  },
  {
    name: "blob",
    path: "/v2/{name}/blobs/{digest}",
    uses: [
      {
        method: "GET",
        path: ["name", "digest"],
        successes: [
          { status: 200, body: octets },
          { status: 307, headers: ["Location"] },
        ],
        refusals: [
          { status: 400, codes: ["NAME_INVALID", "DIGEST_INVALID"] },
          { status: 401 },
          { status: 404, codes: ["NAME_UNKNOWN", "BLOB_UNKNOWN"] },
        ],
        shown: ["BLOB-01", "BLOB-05"],
      },
      { method: "HEAD", path: ["name", "digest"], shown: ["BLOB-02"] },
    ],
  },
  {
    name: "blob-upload",
    path: "/v2/{name}/blobs/uploads/",
    uses: [
      {
        method: "POST",
        name: "in one request",
        when: ["digest"],
        path: ["name"],
        query: [{ name: "digest" }],
        headers: [authorization, { name: "Content-Length" }],
        body: octets,
        successes: [{ status: 201, headers: ["Location", "Content-Length"] }],
        refusals: [
          { status: 400, codes: ["DIGEST_INVALID", "NAME_INVALID"] },
          { ...challenged, codes: ["DIGEST_INVALID", "NAME_INVALID"] },
        ],
        shown: ["UP-04"],
      },
      {
        method: "POST",
        name: "to go on with",
        when: [],
        path: ["name"],
        headers: [authorization, { name: "Content-Length" }],
        successes: [{ status: 202, headers: ["Content-Length", "Location", "Range"] }],
        shown: ["UP-01", "UP-02"],
      },
    ],
  },
  {
    name: "blob-upload-chunk",
    path: "/v2/{name}/blobs/uploads/{uuid}",
    uses: [
      { method: "GET", path: ["name", "uuid"], successes: [standing], shown: ["ST-01"] },
      { method: "HEAD", path: ["name", "uuid"], successes: [standing], shown: ["ST-01", "HEAD-01"] },
      {
        method: "PATCH",
        path: ["name", "uuid"],
        headers: [{ name: "Content-Range", required: true }, { name: "Content-Length" }],
        body: octets,
        successes: [{ status: 204, headers: ["Range", "Content-Length"] }],
        shown: ["UP-20", "UP-22"],
      },
      {
        method: "PUT",
        path: ["name", "uuid"],
        query: [{ name: "digest", required: true }],
        successes: [{ status: 204, headers: ["Content-Range", "Content-Length"] }],
        shown: ["UP-40", "UP-43"],
      },
      { method: "DELETE", path: ["name", "uuid"], shown: ["CAN-01"] },
    ],
  },
];

export const codeFacts: readonly CodeFact[] = [
  { code: "UNKNOWN", statuses: [] },
  { code: "DIGEST_INVALID", statuses: [400, 404] },
  { code: "SIZE_INVALID", statuses: [400] },
  { code: "NAME_INVALID", statuses: [400, 404] },
  { code: "TAG_INVALID", statuses: [400, 404] },
  { code: "NAME_UNKNOWN", statuses: [404] },
  { code: "MANIFEST_UNKNOWN", statuses: [404] },
  { code: "MANIFEST_INVALID", statuses: [400] },
  { code: "MANIFEST_UNVERIFIED", statuses: [400] },
  { code: "BLOB_UNKNOWN", statuses: [400, 404] },
  { code: "BLOB_UPLOAD_UNKNOWN", statuses: [404] },
];
