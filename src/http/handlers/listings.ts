import { pathTo } from "../../api/routes.ts";
import { httpLimits } from "../limits.ts";
import { SharedAnswers } from "../../base/async/shared-answers.ts";
import { Pacer } from "../../base/async/pacer.ts";
import { eventLoopQueue } from "../../base/async/event-loop-queue.ts";
import { formatNextLink } from "../../oci/link-header.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import type { PageRequest } from "../../registry/content/page.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Handlers } from "../pipeline.ts";

interface Page {
  readonly outcome: "page";
  readonly headers: { readonly Link?: string; readonly "OCI-Filters-Applied"?: string };
  readonly body: Uint8Array;
}

/**
 * Handlers of the rows for lists. A long list takes tens of milliseconds, so requests for the same page share it and
 * its bytes. It is then also one file for all slow clients (docs/decisions/0019).
 */
export function listingHandlers({ tags, catalog, referrers }: Registry) {
  const pages = new SharedAnswers<Page>();
  const spacing = new Pacer({ apartMs: httpLimits.largePagesApartMs, longest: httpLimits.largePagesWaiting });

  /** Serves the lists alternately, so that no list takes all pages of the process (L35). */
  async function bytesOf(list: string, entries: number, write: () => string): Promise<Uint8Array> {
    if (entries <= httpLimits.pageEntriesAtOnce) return Buffer.from(write());
    const bytes = await eventLoopQueue.goOn("write a list", () => Buffer.from(write()));
    if (bytes.length > httpLimits.largeReplyBytes) await spacing.turn(list);
    return bytes;
  }

  return {
    tagList({ grant, query }) {
      const name = grant.repository;
      return pages.answer(keyOf("tags", query, name), async () => {
        const { entries, next } = await tags.list(grant, query);
        const body = await bytesOf(name, entries.length, () => JSON.stringify({ name, tags: entries }));
        return { outcome: "page", headers: link(pathTo("today", "tags", { name }), next), body };
      });
    },

    catalog({ query }) {
      return pages.answer(keyOf("catalog", query), async () => {
        const { entries, next } = await catalog.list(query);
        const body = await bytesOf("catalog", entries.length, () => JSON.stringify({ repositories: entries }));
        return { outcome: "page", headers: link(pathTo("today", "catalog", {}), next), body };
      });
    },

    referrerList({ grant, query }) {
      const { artifactType } = query;
      const { repository: name, object: digest } = grant;
      return pages.answer(keyOf("referrers", query, name, digest, artifactType), async () => {
        const { entries, next } = await referrers.list(grant, artifactType, query);
        const path = pathTo("today", "referrers", { name, digest });
        const headers = {
          ...link(path, next, artifactType !== undefined ? { artifactType } : {}),
          ...(artifactType !== undefined && { "OCI-Filters-Applied": "artifactType" }),
        };
        return { outcome: "page", headers, body: await bytesOf(name, entries.length, () => imageIndexOf(entries)) };
      });
    },
  } satisfies Partial<Handlers>;
}

/** The key of a page. It does not contain the client: access was checked before. */
function keyOf(list: string, { n, last }: PageRequest, ...parts: readonly (string | undefined)[]): string {
  return JSON.stringify([list, n ?? null, last ?? null, ...parts]);
}

/** Builds an image index from the stored JSON. To parse and serialize a large page would delay all other requests. */
function imageIndexOf(descriptors: readonly string[]): string {
  return `{"schemaVersion":2,"mediaType":"${mediaTypes.ociIndex}","manifests":[${descriptors.join(",")}]}`;
}

function link(
  path: string,
  next: { readonly n: number; readonly last: string } | undefined,
  filters: Readonly<Record<string, string>> = {},
) {
  return next ? { Link: formatNextLink({ path, query: { ...filters, n: String(next.n), last: next.last } }) } : {};
}
