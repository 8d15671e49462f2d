import { deriveOnce } from "../../base/cache/cached.ts";
import { andThen, type MaybePromise } from "../../base/async/maybe-promise.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { formatContentRange, parseRanges, type Slice } from "../../oci/range.ts";
import type { BlobRecord, OpenBlob } from "../../registry/content/blobs.ts";
import type { Registry } from "../../registry/registry.ts";
import { multipart, type Content, type Multipart } from "../byteranges.ts";
import type { Handlers } from "../pipeline.ts";
import { conditionOf } from "./conditions.ts";
import { wholeFile } from "../whole-file.ts";
import { entityTag, matches, matchesStrongly } from "../../oci/precondition.ts";

/**
 * The headers that identify a blob. `Docker-Content-Digest` repeats the requested digest (BLOB-04). `ETag` is the
 * digest of the bytes, which never changes, whereas a tarsum may later name other bytes. Shared caches must not store
 * the response.
 */
function identityOf(requested: Digest, digest: Digest) {
  return {
    "Docker-Content-Digest": requested,
    ETag: entityTag(digest),
    "Cache-Control": requested === digest ? "private, max-age=31536000, immutable" : "private, no-cache",
  };
}

function describing(requested: Digest, digest: Digest) {
  return {
    ...identityOf(requested, digest),
    "Accept-Ranges": "bytes",
    // A browser must not open pushed content as a page of the registry.
    "Content-Disposition": "attachment",
  };
}

const ownHeadersOf = deriveOnce(({ digest }: BlobRecord) => describing(digest, digest));

/** The response headers for a blob. */
export function headersOf(requested: Digest, record: BlobRecord) {
  return requested === record.digest ? ownHeadersOf(record) : describing(requested, record.digest);
}

const ownHeadHeadersOf = deriveOnce((record: BlobRecord) => withLength(record.digest, record));

function withLength(requested: Digest, record: BlobRecord) {
  return { ...headersOf(requested, record), "Content-Length": String(record.size) };
}

/** Handlers of the rows for blobs. */
export function blobHandlers({ blobs }: Registry) {
  return {
    blobGet({ grant, headers }) {
      const { range, "if-none-match": noneMatch, "if-range": current } = headers;
      const read = () =>
        andThen(blobs.open(grant), (blob) => {
          const isCurrent = current === undefined || matchesStrongly(current, blob.record.digest);
          return contentReply(blob, { range, isCurrent }, headersOf(grant.object, blob.record));
        });
      if (noneMatch === undefined) return read();
      return andThen(blobs.stat(grant), ({ digest }) =>
        matches(noneMatch, digest) ? unchanged(grant.object, digest) : read(),
      );
    },

    blobHead({ grant, headers }) {
      return andThen(blobs.stat(grant), (record) => {
        const requested = grant.object;
        if (matches(headers["if-none-match"], record.digest)) return unchanged(requested, record.digest);
        const isOwn = requested === record.digest;
        return { outcome: "here", headers: isOwn ? ownHeadHeadersOf(record) : withLength(requested, record) } as const;
      });
    },

    async blobDelete({ grant, headers }) {
      await blobs.delete(grant, conditionOf(headers));
      return { outcome: "removed", headers: {} };
    },
  } satisfies Partial<Handlers>;
}

interface RangeRequest {
  /** The Range header. */
  readonly range: string | undefined;
  /** Whether the condition of an If-Range header is true, or there is none. Otherwise the range is ignored. */
  readonly isCurrent: boolean;
}

type ContentReply<H> =
  | { readonly outcome: "whole"; readonly headers: H; readonly body: Content }
  | { readonly outcome: "part"; readonly headers: H & { readonly "Content-Range": string }; readonly body: Content }
  | {
      readonly outcome: "parts";
      readonly headers: H & { readonly "Content-Type": string };
      readonly body: Multipart["body"];
    };

/** The requested part, several parts, or the whole content. */
export function contentReply<H extends object>(
  { record, content }: OpenBlob,
  request: RangeRequest,
  headers: H,
): MaybePromise<ContentReply<H>> {
  const { size } = record;
  const { range, isCurrent } = request;
  if (range === undefined) return { outcome: "whole", headers, body: content };
  const slices = isCurrent ? parseRanges(range, size) : "whole";
  if (slices === "unsatisfiable") throw new RegistryError("RANGE_UNSATISFIABLE", { detail: { size } }, { size });
  if (slices === "whole") return { outcome: "whole", headers, body: wholeFile(content, size) };
  const [first, ...others] = slices;
  if (!first || others.length > 0) return partsReply(content, slices, size, headers);
  return {
    outcome: "part",
    headers: { ...headers, "Content-Range": formatContentRange(first, size) },
    body: content.slice(first.start, first.end),
  };
}

async function partsReply<H extends object>(
  content: Content,
  slices: readonly Slice[],
  size: number,
  headers: H,
): Promise<ContentReply<H>> {
  const { contentType, body } = await multipart(content, slices, size);
  return { outcome: "parts", headers: { ...headers, "Content-Type": contentType }, body };
}

/** The response for a blob that the client already has. */
export function unchanged(requested: Digest, digest: Digest) {
  return { outcome: "unchanged", headers: identityOf(requested, digest) } as const;
}
