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

/**
 * The API table: all operations of the API. The rows of 2014 come last, so that a path which fits both APIs is a path
 * of today.
 */
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

/** The key of a row in the table, which is also the name of its handler. */
export type RowName = keyof typeof table;
/** The row with this name. */
export type RowOf<Name extends RowName> = (typeof table)[Name];

/**
 * Returns the rows that the registry serves, by the names of their handlers and without the derived HEAD rows. The settings
 * `deletion` and `legacy` remove rows. A request for a removed row gets 405 if its path has other rows, else 404.
 */
export function rowsServed({ deletion, legacy }: Switches): Readonly<Record<string, Row>> {
  const isServed = (row: Row) => (deletion || row.access?.action !== "delete") && (legacy || row.dialect !== "2014");
  const entries: [string, Row][] = Object.entries(table);
  return Object.fromEntries(entries.filter(([, row]) => isServed(row)));
}

interface Switches {
  readonly deletion: boolean;
  readonly legacy: boolean;
}

/**
 * Returns whether an operation that deletes content has this method and path template. If the registry does not serve it, the
 * setting `deletion` is off.
 */
export function isDeletion(method: string, path: string): boolean {
  return rows.some((row) => row.method === method && row.path === path && row.access?.action === "delete");
}

/** All rows of the table, with the derived HEAD rows. */
export const rows: readonly Row[] = withHeads(Object.values(table));
