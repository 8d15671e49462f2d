/** The list of all clauses, in the order of docs/coverage.md. */
import type { Section } from "./clause.ts";
import { advisories } from "./clauses/advisories.ts";
import { base } from "./clauses/base.ts";
import { blobs } from "./clauses/blobs.ts";
import { conversion } from "./clauses/conversion.ts";
import { endpoints } from "./clauses/endpoints.ts";
import { codes } from "./clauses/codes.ts";
import { extensions } from "./clauses/extensions.ts";
import { clients, general } from "./clauses/general.ts";
import { legacy } from "./clauses/legacy.ts";
import { listings, referrers } from "./clauses/listings.ts";
import { manifestDeletions, manifestPushes, manifestReads } from "./clauses/manifests.ts";
import { names } from "./clauses/names.ts";
import { limits, operation, security, tokens } from "./clauses/security.ts";
import { uploadEnd, uploadSession, uploadStart } from "./clauses/uploads.ts";

/** All sections, in the order of the page. */
export const sections: readonly Section[] = [
  general,
  endpoints,
  codes,
  names,
  base,
  blobs,
  uploadStart,
  uploadSession,
  uploadEnd,
  manifestReads,
  manifestPushes,
  manifestDeletions,
  listings,
  referrers,
  extensions,
  legacy,
  conversion,
  clients,
  limits,
  security,
  tokens,
  advisories,
  operation,
];
