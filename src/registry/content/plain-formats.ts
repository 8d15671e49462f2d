import type { ManifestFormats } from "./manifest-format.ts";

/** The formats of a registry that accepts only OCI and Docker schema 2 manifests. */
export const plainFormats: ManifestFormats = {
  list: [],
  thread: "registry/content/manifest-parser.worker.ts",
};
