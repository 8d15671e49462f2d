import { pathTo } from "../../api/routes.ts";
import { formatNextLink } from "../../oci/link-header.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Handlers } from "../pipeline.ts";

export function listingHandlers({ tags, catalog, referrers }: Registry) {
  return {
    async tagList({ grant, query }) {
      const { entries, next } = await tags.list(grant, query);
      const path = pathTo("today", "tags", { name: grant.repository });
      return { outcome: "page", headers: link(path, next), body: { name: grant.repository, tags: entries } };
    },

    async catalog({ query }) {
      const { entries, next } = await catalog.list(query);
      return { outcome: "page", headers: link(pathTo("today", "catalog", {}), next), body: { repositories: entries } };
    },

    async referrerList({ grant, query }) {
      const { artifactType } = query;
      const { entries, next } = await referrers.list(grant, artifactType, query);
      const path = pathTo("today", "referrers", { name: grant.repository, digest: grant.object });
      return {
        outcome: "page",
        headers: {
          ...link(path, next, artifactType !== undefined ? { artifactType } : {}),
          ...(artifactType !== undefined && { "OCI-Filters-Applied": "artifactType" }),
        },
        body: imageIndexOf(entries),
      };
    },
  } satisfies Partial<Handlers>;
}

/** Put together from the JSON that the store has: read and written again, a large page would hold up all other requests. */
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
