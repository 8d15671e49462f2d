import type { Registry } from "../registry/registry.ts";
import { baseHandlers } from "./handlers/base.ts";
import { blobHandlers } from "./handlers/blobs.ts";
import { healthHandlers } from "./handlers/health.ts";
import { listingHandlers } from "./handlers/listings.ts";
import { manifestHandlers } from "./handlers/manifests.ts";
import { uploadHandlers } from "./handlers/uploads.ts";
import type { Metrics } from "./metrics.ts";
import type { Handlers } from "./pipeline.ts";

/** A handler for every row of the table; one that is missing is a type error here. */
export function handlersOf(registry: Registry, metrics: Metrics): Handlers {
  return {
    ...baseHandlers,
    ...blobHandlers(registry),
    ...uploadHandlers(registry),
    ...manifestHandlers(registry),
    ...listingHandlers(registry),
    ...healthHandlers(registry, metrics),
  };
}
