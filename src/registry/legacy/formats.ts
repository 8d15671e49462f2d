import type { ManifestFormats } from "../content/manifest-format.ts";
import { schema1Format } from "./schema1-format.ts";

/** The formats of a registry that accepts schema 1 manifests. */
export const schema1Formats: ManifestFormats = {
  list: [schema1Format],
  thread: "registry/legacy/manifest-parser.worker.ts",
};
