import { pathTo, uploadPath } from "../../api/routes.ts";
import type { Dialect } from "../../oci/errors.ts";
import { digestOf, algorithmOf, type Digest } from "../../oci/digest.ts";
import { formatUploadRange } from "../../oci/range.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Session } from "../../registry/uploads/uploads.ts";
import type { Handlers } from "../pipeline.ts";

/** The response headers for an upload session. */
export function headersOf(session: Session, era: Dialect = "today") {
  return {
    Location: uploadPath(era, session),
    Range: formatUploadRange(session.offset),
    "Docker-Upload-UUID": session.id,
  };
}

/** The operator's settings for uploads. */
export interface UploadOptions {
  /** Whether a mount without `from` may link a blob of any repository that the client may read. */
  readonly anonymousMount: boolean;
  /** The recommended minimum size of a chunk in bytes; 0 means no recommendation. */
  readonly chunkMinimum: number;
  /** The recommended maximum size of a chunk in bytes; 0 means no recommendation. */
  readonly chunkMaximum: number;
}

function created(name: RepositoryName, digest: Digest) {
  const headers = { Location: pathTo("today", "blob", { name, digest }), "Docker-Content-Digest": digest };
  return { outcome: "created", headers } as const;
}

/** The sizes that clients of 2014 announce for the whole blob. */
function totalsOf({ length, size }: { readonly length: number | undefined; readonly size: number | undefined }) {
  return [length, size].filter((total) => total !== undefined);
}

/** Handlers of the rows for upload sessions. */
export function uploadHandlers({ uploads }: Registry, { anonymousMount, chunkMinimum, chunkMaximum }: UploadOptions) {
  function started(session: Session) {
    const advice = {
      ...(chunkMinimum > 0 && { "OCI-Chunk-Min-Length": String(chunkMinimum) }),
      ...(chunkMaximum > 0 && { "OCI-Chunk-Max-Length": String(chunkMaximum) }),
    };
    return { outcome: "started", headers: { ...headersOf(session), ...advice } } as const;
  }

  return {
    async uploadStart({ grant, query, client }) {
      return started(await uploads.start(grant, client, query["digest-algorithm"]));
    },

    async uploadMonolithic({ grant, query, headers, body, sender, client }) {
      const length = headers["content-length"];
      // Clients of 2014 send the digest already when they start a session (UP-05).
      if (length === 0 && !query.digest.every(isEmpty)) return started(await uploads.start(grant, client));
      const chunk = { length, totals: totalsOf(query), body, sender };
      return created(grant.repository, await uploads.storeMonolithic(grant, query.digest, chunk));
    },

    async uploadMount({ grant, sourceGrant, grantSource, query: { mount, from }, client }) {
      if (mount === undefined) return started(await uploads.start(grant, client));
      const mounted =
        from === undefined && anonymousMount
          ? await uploads.mountFromAnywhere(grant, mount, grantSource)
          : await uploads.mount(grant, sourceGrant);
      return mounted ? created(grant.repository, mount) : started(await uploads.start(grant, client));
    },

    async uploadStatus({ grant }) {
      return { outcome: "status", headers: headersOf(await uploads.status(grant)) };
    },

    async uploadAppend({ grant, headers, body }) {
      const chunk = { range: headers["content-range"], length: headers["content-length"], body };
      return { outcome: "accepted", headers: headersOf(await uploads.append(grant, chunk)) };
    },

    async uploadFinish({ grant, query, headers, body, sender }) {
      const [range, length] = [headers["content-range"], headers["content-length"]];
      const chunk = { range, length, totals: totalsOf(query), body, sender };
      return created(grant.repository, await uploads.finish(grant, query.digest, chunk));
    },

    async uploadCancel({ grant }) {
      await uploads.cancel(grant);
      return { outcome: "cancelled", headers: { "Docker-Upload-UUID": grant.object } };
    },
  } satisfies Partial<Handlers>;
}

function isEmpty(digest: Digest): boolean {
  const algorithm = algorithmOf(digest);
  return algorithm !== undefined && digestOf(new Uint8Array(), algorithm) === digest;
}
