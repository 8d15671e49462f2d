import { pathTo } from "../../api/routes.ts";
import { formatHttpDate, isDateOf, isSince } from "../../oci/http-date.ts";
import type { Digest } from "../../oci/digest.ts";
import type { BlobRecord } from "../../registry/content/blobs.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Handlers } from "../pipeline.ts";
import * as blobReplies from "./blobs.ts";
import { matches, matchesStrongly } from "../../oci/precondition.ts";
import { manifestReply, pushOf, type OldClientOptions } from "./manifests.ts";
import { headersOf } from "./uploads.ts";

interface Dated {
  readonly digest: Digest;
  readonly createdAt: number;
}

interface Conditions {
  readonly "if-none-match": string | undefined;
  readonly "if-modified-since": string | undefined;
}

/**
 * Handlers of the routes of 2014. They do the same as the current routes, but their responses have the form of 2014.
 */
export function legacyHandlers({ blobs, uploads, manifests }: Registry, { converted = manifests }: OldClientOptions) {
  return {
    async legacyManifestGet({ grant, headers }) {
      return manifestReply(await converted.get(grant), headers["if-none-match"]);
    },

    async legacyManifestPut({ grant, headers, body }) {
      const { repository: name, object: tag } = grant;
      const pushed = { ...pushOf(headers, body), digest: undefined, tags: [tag], named: true };
      const { digest, subject } = await manifests.put(grant, pushed);
      return {
        outcome: "stored",
        headers: {
          Location: pathTo("2014", "image-manifest", { name, tag }),
          "Docker-Content-Digest": digest,
          "OCI-Subject": subject,
        },
      };
    },

    async legacyManifestDelete({ grant }) {
      await manifests.deleteTag(grant);
      return { outcome: "removed", headers: {} };
    },

    async legacyBlobGet({ grant, headers }) {
      const blob = await blobs.open(grant);
      // This answer pins the blob like a HEAD request, because a client that keeps its copy relies on it.
      if (isKnown(headers, blob.record)) return unchanged(grant.object, await blobs.stat(grant));
      const condition = headers["if-range"];
      const isCurrent =
        condition === undefined ||
        matchesStrongly(condition, blob.record.digest) ||
        isDateOf(condition, blob.record.createdAt);
      return blobReplies.contentReply(
        blob,
        { range: headers.range, isCurrent },
        datedHeaders(grant.object, blob.record),
      );
    },

    async legacyBlobHead({ grant, headers }) {
      const blob = await blobs.stat(grant);
      if (isKnown(headers, blob)) return unchanged(grant.object, blob);
      return { outcome: "here", headers: { ...datedHeaders(grant.object, blob), "Content-Length": String(blob.size) } };
    },

    async legacyUploadStart({ grant, client }) {
      return { outcome: "started", headers: headersOf(await uploads.start(grant, client), "2014") };
    },

    async legacyUploadStatus({ grant }) {
      return { outcome: "status", headers: headersOf(await uploads.status(grant), "2014") };
    },

    async legacyUploadAppend({ grant, headers, body }) {
      const chunk = { range: headers["content-range"], length: headers["content-length"], body };
      return { outcome: "accepted", headers: headersOf(await uploads.append(grant, chunk), "2014") };
    },

    async legacyUploadFinish({ grant, query, headers, body, sender }) {
      const [range, length] = [headers["content-range"], headers["content-length"]];
      const totals = query.length === undefined ? [] : [query.length];
      const digest = await uploads.finish(grant, query.digest, { range, length, totals, body, sender });
      const Location = pathTo("2014", "blob", { name: grant.repository, digest });
      return { outcome: "created", headers: { Location, "Docker-Content-Digest": digest } };
    },

    async legacyUploadCancel({ grant }) {
      await uploads.cancel(grant);
      return { outcome: "cancelled", headers: { "Docker-Upload-UUID": grant.object } };
    },
  } satisfies Partial<Handlers>;
}

/** Whether the client has this blob. If both conditions are present, the digest decides (RFC 9110 section 13.2.2). */
function isKnown(headers: Conditions, { digest, createdAt }: Dated): boolean {
  const noneMatch = headers["if-none-match"];
  return noneMatch === undefined ? isSince(headers["if-modified-since"], createdAt) : matches(noneMatch, digest);
}

function datedHeaders(requested: Digest, record: BlobRecord) {
  return { ...blobReplies.headersOf(requested, record), "Last-Modified": formatHttpDate(record.createdAt) };
}

function unchanged(requested: Digest, { digest, createdAt }: Dated) {
  const { outcome, headers } = blobReplies.unchanged(requested, digest);
  return { outcome, headers: { ...headers, "Last-Modified": formatHttpDate(createdAt) } };
}
