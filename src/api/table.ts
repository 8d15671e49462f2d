import type { Row } from "./describe.ts";
import { baseRows } from "./rows/base.ts";
import { blobRows } from "./rows/blobs.ts";
import { documentRows } from "./rows/documents.ts";
import { extensionRows } from "./rows/extensions.ts";
import { healthRows } from "./rows/health.ts";
import { listingRows } from "./rows/listings.ts";
import { manifestRows } from "./rows/manifests.ts";
import { uploadRows } from "./rows/uploads.ts";

/** Every use of the API, once. */
export const table = {
  ...baseRows,
  ...blobRows,
  ...uploadRows,
  ...manifestRows,
  ...listingRows,
  ...extensionRows,
  ...healthRows,
  ...documentRows,
} as const;

export type RowName = keyof typeof table;
export type RowOf<Name extends RowName> = (typeof table)[Name];

export const rows: readonly Row[] = Object.values(table);
