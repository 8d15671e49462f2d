import type { ManifestFormat } from "../content/manifest-format.ts";
import { detectsSchema1 } from "../../docker/schema1/detect.ts";
import { mergeDocuments } from "../../docker/schema1/stored-document.ts";
import { isSchema1 } from "../../oci/media-type.ts";
import { readSchema1 } from "./schema1-parsing.ts";

/** The manifest format Docker schema 1. */
export const schema1Format: ManifestFormat = {
  detects: detectsSchema1,
  includes: isSchema1,
  parse: (bytes, target) => readSchema1(bytes, target ?? {}),
  merge: mergeDocuments,
};
