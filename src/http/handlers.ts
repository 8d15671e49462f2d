import type { Registry } from "../registry/registry.ts";
import { withHeads } from "../api/heads.ts";
import { baseHandlers } from "./handlers/base.ts";
import { blobHandlers } from "./handlers/blobs.ts";
import { documentHandlers, type DocumentOptions } from "./handlers/documents.ts";
import { extensionHandlers } from "./handlers/extensions.ts";
import { healthHandlers } from "./handlers/health.ts";
import { legacyHandlers } from "./handlers/legacy.ts";
import { listingHandlers } from "./handlers/listings.ts";
import { manifestHandlers, type ManifestOptions, type OldClientOptions } from "./handlers/manifests.ts";
import { uploadHandlers, type UploadOptions } from "./handlers/uploads.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Handlers } from "./pipeline.ts";

/**
 * Makes a handler for every row of the table. A missing one is a type error here. `documents` has the options of the
 * document pages.
 */
export function handlersOf(
  registry: Registry,
  metrics: Pick<Metrics, "expose">,
  choices: UploadOptions & ManifestOptions & OldClientOptions,
  documents: DocumentOptions,
): Handlers {
  return {
    ...baseHandlers,
    ...blobHandlers(registry),
    ...uploadHandlers(registry, choices),
    ...manifestHandlers(registry, choices),
    ...listingHandlers(registry),
    ...extensionHandlers(registry),
    ...healthHandlers(registry, metrics),
    ...documentHandlers({ ...documents, rows: withHeads(documents.rows) }),
    ...legacyHandlers(registry, choices),
  };
}
