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
 * The name is the one that was asked for (BLOB-04), and what is cached goes by the bytes: what has a digest has it for ever,
 * but a tarsum may come to name other bytes. It is only for those who may read it.
 */
function identityOf(asked: Digest, digest: Digest) {
  return {
    "Docker-Content-Digest": asked,
    ETag: entityTag(digest),
    "Cache-Control": asked === digest ? "private, max-age=31536000, immutable" : "private, no-cache",
  };
}

function describing(asked: Digest, digest: Digest) {
  return {
    ...identityOf(asked, digest),
    "Accept-Ranges": "bytes",
    // Nothing that a stranger pushed is to be opened by a browser as a page of ours.
    "Content-Disposition": "attachment",
  };
}

const ownHeadersOf = deriveOnce(({ digest }: BlobRecord) => describing(digest, digest));

export function headersOf(asked: Digest, record: BlobRecord) {
  return asked === record.digest ? ownHeadersOf(record) : describing(asked, record.digest);
}

const ownHeadHeadersOf = deriveOnce((record: BlobRecord) => withLength(record.digest, record));

function withLength(asked: Digest, record: BlobRecord) {
  return { ...headersOf(asked, record), "Content-Length": String(record.size) };
}

export function blobHandlers({ blobs }: Registry) {
  return {
    blobGet({ grant, headers }) {
      const { range, "if-none-match": known, "if-range": current } = headers;
      const given = () =>
        andThen(blobs.open(grant), (blob) => {
          const isCurrent = current === undefined || matchesStrongly(current, blob.record.digest);
          return contentReply(blob, { range, isCurrent }, headersOf(grant.object, blob.record));
        });
      if (known === undefined) return given();
      return andThen(blobs.stat(grant), ({ digest }) =>
        matches(known, digest) ? unchanged(grant.object, digest) : given(),
      );
    },

    blobHead({ grant, headers }) {
      return andThen(blobs.stat(grant), (record) => {
        const asked = grant.object;
        if (matches(headers["if-none-match"], record.digest)) return unchanged(asked, record.digest);
        const isOwn = asked === record.digest;
        return { outcome: "here", headers: isOwn ? ownHeadHeadersOf(record) : withLength(asked, record) } as const;
      });
    },

    async blobDelete({ grant, headers }) {
      await blobs.delete(grant, conditionOf(headers));
      return { outcome: "removed", headers: {} };
    },
  } satisfies Partial<Handlers>;
}

interface Wanted {
  /** The Range header. */
  readonly range: string | undefined;
  /** Whether the client's idea of the blob is that of an If-Range, if there was one; else the range is not looked at. */
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

/** The part that is wanted, the parts, or the whole of it. */
export function contentReply<H extends object>(
  { record, content }: OpenBlob,
  wanted: Wanted,
  headers: H,
): MaybePromise<ContentReply<H>> {
  const { size } = record;
  const { range, isCurrent } = wanted;
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

export function unchanged(asked: Digest, digest: Digest) {
  return { outcome: "unchanged", headers: identityOf(asked, digest) } as const;
}
