import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { formatContentRange, parseRange } from "../../oci/range.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Handlers } from "../pipeline.ts";
import { entityTag, matches, matchesStrongly } from "../../oci/precondition.ts";

/** What is true of a blob is true for ever; but it is only for those who may read it. */
const cacheControl = "private, max-age=31536000, immutable";

function headersOf(digest: Digest) {
  return {
    "Docker-Content-Digest": digest,
    ETag: entityTag(digest),
    "Accept-Ranges": "bytes",
    "Cache-Control": cacheControl,
    // Nothing that a stranger pushed is to be opened by a browser as a page of ours.
    "Content-Disposition": "attachment",
  };
}

export function blobHandlers({ blobs }: Registry) {
  return {
    async blobGet({ grant, headers }) {
      if (matches(headers["if-none-match"], grant.object)) {
        const { digest } = await blobs.stat(grant);
        return unchanged(digest);
      }
      const { digest, size, content } = await blobs.open(grant);
      const wanted = rangeIfCurrent(headers, digest);
      const slice = wanted === undefined ? "whole" : parseRange(wanted, size);
      if (slice === "unsatisfiable") throw new RegistryError("RANGE_UNSATISFIABLE", { detail: { size } }, { size });
      if (slice === "whole") {
        const all = headers.range === undefined ? {} : allOf(size);
        return { outcome: "whole", headers: { ...headersOf(digest), ...all }, body: content };
      }
      return {
        outcome: "part",
        headers: { ...headersOf(digest), "Content-Range": formatContentRange(slice, size) },
        body: content.slice(slice.start, slice.end),
      };
    },

    async blobHead({ grant, headers }) {
      const { digest, size } = await blobs.stat(grant);
      if (matches(headers["if-none-match"], digest)) return unchanged(digest);
      return { outcome: "here", headers: { ...headersOf(digest), "Content-Length": String(size) } };
    },

    async blobDelete({ grant }) {
      await blobs.delete(grant);
      return { outcome: "removed", headers: {} };
    },
  } satisfies Partial<Handlers>;
}

function unchanged(digest: Digest) {
  return {
    outcome: "unchanged",
    headers: { ETag: entityTag(digest), "Docker-Content-Digest": digest, "Cache-Control": cacheControl },
  } as const;
}

/**
 * On a whole blob that was asked for by range: the HTTP server would look at the first of several Range lines, which we see
 * joined, and cut the file by itself. It leaves alone what says which part it is (docs/decisions/0001).
 */
function allOf(size: number) {
  return { "Content-Range": size === 0 ? "bytes */0" : formatContentRange({ start: 0, end: size }, size) };
}

function rangeIfCurrent(
  headers: { readonly range: string | undefined; readonly "if-range": string | undefined },
  digest: Digest,
): string | undefined {
  const condition = headers["if-range"];
  return condition === undefined || matchesStrongly(condition, digest) ? headers.range : undefined;
}
