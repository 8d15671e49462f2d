import { pathTo } from "../../api/routes.ts";
import { rows } from "../../api/table.ts";
import { formatNextLink } from "../../oci/link-header.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import type { Registry } from "../../registry/registry.ts";
import type { HistoryOf } from "../../registry/content/tag-history.ts";
import type { Handlers } from "../pipeline.ts";

/**
 * An extension is a first path segment that begins with an underscore, which no repository name does
 * (extensions/README.md).
 */
const documentation = {
  _oci: {
    url: "https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md",
    description: "Lists extensions, and the history of tags.",
  },
  _catalog: {
    url: "https://distribution.github.io/distribution/spec/api/#listing-repositories",
    description: "Lists repositories.",
  },
} as const;

function extensionsWith(isListed: (path: string) => boolean, fill: (path: string) => string) {
  const paths = [...new Set(rows.map(({ path }) => path))].filter(isListed);
  const extensions = Object.entries(documentation).map(([name, { url, description }]) => ({
    name,
    url,
    description,
    endpoints: paths.filter((path) => path.split("/").includes(name)).map(fill),
  }));
  return extensions.filter(({ endpoints }) => endpoints.length > 0);
}

const spansRegistry = (path: string) => !path.includes("{name}");

/** Handlers of the rows for extensions. */
export function extensionHandlers({ tagHistory }: Registry) {
  return {
    async extensionList() {
      return {
        outcome: "extensions",
        headers: {},
        body: { extensions: extensionsWith(spansRegistry, (path) => path) },
      };
    },

    async repositoryExtensionList({ grant }) {
      const extensions = extensionsWith(
        (path) => !spansRegistry(path),
        (path) => path.replace("{name}", grant.repository),
      );
      return { outcome: "extensions", headers: {}, body: { extensions } };
    },

    async tagHistory({ grant, query }) {
      const { events, next } = await tagHistory.list(grant, query);
      const path = pathTo("today", "tag-history", { name: grant.repository, tag: grant.object });
      const since = query.since === undefined ? {} : { since: new Date(query.since).toISOString() };
      const cursor = next && { n: String(next.n), last: `${next.last.at}-${next.last.id}`, ...since };
      return {
        outcome: "page",
        headers: cursor ? { Link: formatNextLink({ path, query: cursor }) } : {},
        body: { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: events.map(describe) },
      };
    },
  } satisfies Partial<Handlers>;
}

/**
 * The descriptor of a tag event: the manifest that the tag points to after the event or, for a deleted tag, before
 * it.
 */
function describe({ from, to, mediaType, size, at }: HistoryOf["events"][number]) {
  const event = to === null ? "deleted" : from === null ? "created" : "moved";
  return {
    ...(mediaType !== null && { mediaType }),
    // Each event has at least one of the two.
    digest: (to ?? from)!,
    ...(size !== null && { size }),
    annotations: {
      "org.opencontainers.distribution.tag.time": new Date(at).toISOString(),
      "org.opencontainers.distribution.tag.event": event,
      ...(to !== null && from !== null && { "org.opencontainers.distribution.tag.previous": from }),
    },
  };
}
