import type { Row } from "./describe.ts";
import { withHeads } from "./heads.ts";
import { baseRows } from "./rows/base.ts";
import { blobRows } from "./rows/blobs.ts";
import { documentRows } from "./rows/documents.ts";
import { extensionRows } from "./rows/extensions.ts";
import { healthRows } from "./rows/health.ts";
import { legacyRows } from "./rows/legacy.ts";
import { listingRows } from "./rows/listings.ts";
import { manifestRows } from "./rows/manifests.ts";
import { uploadRows } from "./rows/uploads.ts";

/** Every use of the API, once. What is of 2014 comes last: where a path could be of both times it is today's. */
export const table = {
  ...baseRows,
  ...blobRows,
  ...uploadRows,
  ...manifestRows,
  ...listingRows,
  ...extensionRows,
  ...healthRows,
  ...documentRows,
  ...legacyRows,
} as const;

export type RowName = keyof typeof table;
export type RowOf<Name extends RowName> = (typeof table)[Name];

/** By the names of their handlers; without the HEAD rows that are derived. What the operator switches off is not there: a path that is left has the other methods (405), one that is not is 404. */
export function rowsServed({ deletion, legacy }: Switches): Readonly<Record<string, Row>> {
  const isServed = (row: Row) => (deletion || row.access?.action !== "delete") && (legacy || row.dialect !== "2014");
  const entries: [string, Row][] = Object.entries(table);
  return Object.fromEntries(entries.filter(([, row]) => isServed(row)));
}

interface Switches {
  readonly deletion: boolean;
  readonly legacy: boolean;
}

/** With the HEAD rows that are derived. */
export const rows: readonly Row[] = withHeads(Object.values(table));
