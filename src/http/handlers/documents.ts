import { openapiDocument } from "../../api/documents/openapi/document.ts";
import { contentSecurityPolicy, referencePage } from "../../api/documents/page/page.ts";
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
      const document = openapi();
      if (matches(headers["if-none-match"], document.digest)) return unchanged(document);
      return { outcome: "document", headers: headersOf(document), body: document.bytes };
    },

    async docs({ headers }) {
      const document = page();
      if (matches(headers["if-none-match"], document.digest)) return unchanged(document);
      const policy = { "Content-Security-Policy": contentSecurityPolicy };
      return { outcome: "page", headers: { ...headersOf(document), ...policy }, body: document.bytes };
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
function headersOf({ digest }: Document) {
  return { ETag: entityTag(digest), "Cache-Control": "no-cache" };
}

function unchanged(document: Document) {
  return { outcome: "unchanged", headers: headersOf(document) } as const;
}
