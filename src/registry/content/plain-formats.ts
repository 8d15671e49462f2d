import type { ManifestFormats } from "./manifest-format.ts";

/** OCI and Docker schema 2 only. */
export const plainFormats: ManifestFormats = {
  list: [],
  worker: new URL("./manifest-parser.worker.ts", import.meta.url),
};
