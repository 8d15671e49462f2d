import { openapiDocument } from "../../api/documents/openapi/document.ts";
import { referencePage } from "../../api/documents/page/page.ts";
import { contentSecurityPolicy } from "../../api/documents/page/style.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import type { Row } from "../../api/describe.ts";
import type { Handlers } from "../pipeline.ts";
import { entityTag, matches } from "../../oci/precondition.ts";

interface Document {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** Of the rows that this registry answers. */
export function documentHandlers(rows: readonly Row[]) {
  const openapi = madeOnce(() => openapiDocument(rows));
  const page = madeOnce(() => referencePage(rows));
  return {
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

/** When it is first asked for: the start need not wait for it, and the table does not change while a process runs. */
function madeOnce(make: () => string): () => Document {
  let made: Document | undefined;
  return () => {
    if (made) return made;
    const bytes = new TextEncoder().encode(make());
    made = { bytes, digest: digestOf(bytes) };
    return made;
  };
}

/** To be asked for again each time: another release says something else. */
function headersOf(digest: Digest) {
  return { ETag: entityTag(digest), "Cache-Control": "no-cache" };
}
