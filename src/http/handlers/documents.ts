import { openapiDocument } from "../../api/documents/openapi/document.ts";
import { homePage } from "../../api/documents/page/home.ts";
import { referencePage } from "../../api/documents/page/page.ts";
import { contentSecurityPolicy } from "../../api/documents/page/style.ts";
import { prefersHtml } from "../../oci/accept.ts";
import { RegistryError } from "../../oci/errors.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import type { Row } from "../../api/describe.ts";
import type { Handlers } from "../pipeline.ts";
import { entityTag, matches } from "../../oci/precondition.ts";

interface Document {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** What the document pages say about this registry. */
export interface DocumentOptions {
  /** The rows that the registry serves. */
  readonly rows: readonly Row[];
  /** The path prefix that clients see; absent if there is none. */
  readonly pathPrefix?: string | undefined;
  /** The scheme and the host that clients use; if absent, the host of each request. */
  readonly publicAddress?: string | undefined;
}

/** Handlers of the rows for the documents. */
export function documentHandlers({ rows, pathPrefix = "", publicAddress }: DocumentOptions) {
  const openapi = madeOnce(() => openapiDocument(rows, pathPrefix));
  const page = madeOnce(() => referencePage(rows, pathPrefix));
  const publicHost = publicAddress && new URL(publicAddress).host;
  return {
    home({ headers, host }) {
      if (!prefersHtml(headers.accept)) throw new RegistryError("ROUTE_UNKNOWN");
      return {
        outcome: "page",
        headers: { "Cache-Control": "no-cache", "Content-Security-Policy": contentSecurityPolicy, Vary: "Accept" },
        body: new TextEncoder().encode(homePage(publicHost ?? host, pathPrefix)),
      };
    },

    async openapi({ headers }) {
      const { bytes, digest } = openapi();
      const own = headersOf(digest);
      if (matches(headers["if-none-match"], digest)) return { outcome: "unchanged", headers: own };
      return { outcome: "document", headers: own, body: bytes };
    },

    async docs({ headers }) {
      const { bytes, digest } = page();
      const own = { ...headersOf(digest), "Content-Security-Policy": contentSecurityPolicy };
      if (matches(headers["if-none-match"], digest)) return { outcome: "unchanged", headers: own };
      return { outcome: "page", headers: own, body: bytes };
    },
  } satisfies Partial<Handlers>;
}

/**
 * Makes a document at its first request, so that the start need not wait for it. The table never changes while a
 * process runs.
 */
function madeOnce(make: () => string): () => Document {
  let made: Document | undefined;
  return () => {
    if (made) return made;
    const bytes = new TextEncoder().encode(make());
    made = { bytes, digest: digestOf(bytes) };
    return made;
  };
}

/** The headers of a document. Clients must revalidate it each time, because another release has another one. */
function headersOf(digest: Digest) {
  return { ETag: entityTag(digest), "Cache-Control": "no-cache" };
}
