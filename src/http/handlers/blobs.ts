import { rememberedOfKept } from "../../base/remembered.ts";
import { whenThere } from "../../base/soon.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { formatContentRange, parseRange } from "../../oci/range.ts";
import type { BlobRecord, OpenBlob } from "../../registry/blobs.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Handlers } from "../pipeline.ts";
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

const ownHeadersOf = rememberedOfKept(({ digest }: BlobRecord) => describing(digest, digest));

export function headersOf(asked: Digest, record: BlobRecord) {
  return asked === record.digest ? ownHeadersOf(record) : describing(asked, record.digest);
}

const ownHeadHeadersOf = rememberedOfKept((record: BlobRecord) => withLength(record.digest, record));

function withLength(asked: Digest, record: BlobRecord) {
  return { ...headersOf(asked, record), "Content-Length": String(record.size) };
}

export function blobHandlers({ blobs }: Registry) {
  return {
    blobGet({ grant, headers }) {
      const { range, "if-none-match": known, "if-range": current } = headers;
      const given = () =>
        whenThere(blobs.open(grant), (blob) => {
          const isCurrent = current === undefined || matchesStrongly(current, blob.record.digest);
          return contentReply(blob, { range, isCurrent }, headersOf(grant.object, blob.record));
        });
      if (known === undefined) return given();
      return whenThere(blobs.stat(grant), ({ digest }) =>
        matches(known, digest) ? unchanged(grant.object, digest) : given(),
      );
    },

    blobHead({ grant, headers }) {
      return whenThere(blobs.stat(grant), (record) => {
        const asked = grant.object;
        if (matches(headers["if-none-match"], record.digest)) return unchanged(asked, record.digest);
        const isOwn = asked === record.digest;
        return { outcome: "here", headers: isOwn ? ownHeadHeadersOf(record) : withLength(asked, record) } as const;
      });
    },

    async blobDelete({ grant }) {
      await blobs.delete(grant);
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

/** The part that is wanted, or the whole of it. */
export function contentReply<H extends object>(
  { record, content }: OpenBlob,
  { range, isCurrent }: Wanted,
  headers: H,
) {
  const { size } = record;
  const slice = range !== undefined && isCurrent ? parseRange(range, size) : "whole";
  if (slice === "unsatisfiable") throw new RegistryError("RANGE_UNSATISFIABLE", { detail: { size } }, { size });
  if (slice === "whole") {
    const whole: H & { "Content-Range"?: string } = range === undefined ? headers : { ...headers, ...allOf(size) };
    return { outcome: "whole", headers: whole, body: content } as const;
  }
  return {
    outcome: "part",
    headers: { ...headers, "Content-Range": formatContentRange(slice, size) },
    body: content.slice(slice.start, slice.end),
  } as const;
}

export function unchanged(asked: Digest, digest: Digest) {
  return { outcome: "unchanged", headers: identityOf(asked, digest) } as const;
}

/**
 * On a whole blob that was asked for by range: the HTTP server would look at the first of several Range lines, which we see
 * joined, and cut the file by itself. It leaves alone what says which part it is (docs/decisions/0001).
 */
function allOf(size: number) {
  return { "Content-Range": size === 0 ? "bytes */0" : formatContentRange({ start: 0, end: size }, size) };
}
