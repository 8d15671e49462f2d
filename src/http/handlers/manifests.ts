import { pathTo } from "../../api/routes.ts";
import type { Grant } from "../../auth/grant.ts";
import { httpLimits } from "../limits.ts";
import { deriveOnce } from "../../base/cache/cached.ts";
import { releaseBuffer } from "../../base/release-buffer.ts";
import { andThen } from "../../base/async/maybe-promise.ts";
import type { Digest } from "../../oci/digest.ts";
import type { MediaType } from "../../oci/media-type.ts";
import type { Reference } from "../../oci/reference.ts";
import type {
  ManifestDescriptor,
  ManifestPush,
  ManifestSource,
  PutResult,
  VerifiedManifest,
} from "../../registry/content/manifests.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Handlers } from "../pipeline.ts";
import { conditionOf, type ConditionHeaders } from "./conditions.ts";
import { knowsOnlySchema1 } from "../../oci/accept.ts";
import { entityTag, matches } from "../../oci/precondition.ts";

function describing({ digest, mediaType, size }: ManifestDescriptor) {
  return {
    // Such a manifest is sent from a file. Without this header, Bun would add one with the name of the file.
    ...(size > httpLimits.replyInMemoryBytes && { "Content-Disposition": "attachment" }),
    "Docker-Content-Digest": digest,
    ETag: entityTag(digest),
    // The media type as it was pushed, without parameters: clients compare the whole text (MAN-02).
    "Content-Type": mediaType,
  };
}

const headersOf = deriveOnce((manifest: VerifiedManifest) => describing(manifest));

const headHeadersOf = deriveOnce((record: ManifestDescriptor) => ({
  ...describing(record),
  "Content-Length": String(record.size),
}));

/** The options of the handlers of manifests. */
export interface ManifestOptions {
  /** Whether clients that know only schema 1 receive a converted manifest. */
  readonly schema1Conversion: boolean;
}

/** The response with a manifest; `known` is the If-None-Match header. */
export function manifestReply(manifest: VerifiedManifest, known: string | undefined) {
  if (matches(known, manifest.digest)) return unchanged(manifest.digest);
  return { outcome: "manifest", headers: headersOf(manifest), body: manifest.bytes } as const;
}

/** Adds `Vary`, so that caches do not serve this manifest to clients with another Accept header. */
function chosen<R extends { readonly headers: object }>(reply: R) {
  return { ...reply, headers: { ...reply.headers, Vary: "Accept" } };
}

function headReply(record: ManifestDescriptor, known: string | undefined) {
  if (matches(known, record.digest)) return unchanged(record.digest);
  return { outcome: "here", headers: headHeadersOf(record) } as const;
}

/** What the handlers need for old clients. */
export interface OldClientOptions {
  /** Manifests for clients that know only schema 1; if absent, such clients get the stored manifests. */
  readonly converted?: ManifestSource;
}

/** Handlers of the rows for manifests. */
export function manifestHandlers(
  { manifests }: Registry,
  { schema1Conversion, converted = manifests }: ManifestOptions & OldClientOptions,
) {
  const isForOldClients = (accept: string | undefined) => schema1Conversion && knowsOnlySchema1(accept);

  async function put(grant: Grant<"push", Reference>, push: ManifestPush) {
    try {
      return stored(grant, await manifests.put(grant, push));
    } finally {
      // If the garbage collector had to find these buffers, it would delay all requests by about 15 ms.
      releaseBuffer(push.bytes);
    }
  }

  return {
    manifestGetByTag({ grant, headers: { accept, "if-none-match": known } }) {
      if (!isForOldClients(accept)) return andThen(manifests.get(grant), (found) => manifestReply(found, known));
      return andThen(converted.get(grant), (found) => chosen(manifestReply(found, known)));
    },

    manifestGetByDigest({ grant, headers }) {
      return andThen(manifests.get(grant), (found) => manifestReply(found, headers["if-none-match"]));
    },

    manifestHeadByTag({ grant, headers: { accept, "if-none-match": known } }) {
      if (!isForOldClients(accept)) return andThen(manifests.stat(grant), (found) => headReply(found, known));
      return andThen(converted.stat(grant), (found) => chosen(headReply(found, known)));
    },

    manifestHeadByDigest({ grant, headers }) {
      return andThen(manifests.stat(grant), (found) => headReply(found, headers["if-none-match"]));
    },

    async manifestPutByTag({ grant, query, headers, body }) {
      return put(grant, { ...pushOf(headers, body), digest: query.digest, tags: [grant.object] });
    },

    async manifestPutByDigest({ grant, query, headers, body }) {
      const tags = [...new Set(query.tag)];
      const reply = await put(grant, { ...pushOf(headers, body), digest: grant.object, tags });
      if (tags.length === 0) return reply;
      return { ...reply, headers: { ...reply.headers, "OCI-Tag": tags.join(", ") } };
    },

    async manifestDelete({ grant, headers }) {
      await manifests.delete(grant, conditionOf(headers));
      return { outcome: "removed", headers: {} };
    },

    async tagDelete({ grant, headers }) {
      await manifests.deleteTag(grant, conditionOf(headers));
      return { outcome: "removed", headers: {} };
    },
  } satisfies Partial<Handlers>;
}

interface PushHeaders extends ConditionHeaders {
  readonly "content-type": MediaType | undefined;
}

/** The push that a request describes. */
export function pushOf(headers: PushHeaders, bytes: Uint8Array) {
  const precondition = conditionOf(headers);
  return { bytes, mediaType: headers["content-type"], ...(precondition && { precondition }) };
}

function unchanged(digest: Digest) {
  return { outcome: "unchanged", headers: { ETag: entityTag(digest), "Docker-Content-Digest": digest } } as const;
}

function stored({ repository }: Grant<"push">, { digest, subject }: PutResult) {
  return {
    outcome: "stored",
    headers: {
      Location: pathTo("today", "manifest-by-digest", { name: repository, digest }),
      "Docker-Content-Digest": digest,
      ...(subject !== undefined && { "OCI-Subject": subject }),
    },
  } as const;
}
