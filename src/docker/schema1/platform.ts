import { ociLimits } from "../../oci/limits.ts";
import { isFault, parseDescriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { isJsonObject, parseJson } from "../../oci/json.ts";

/**
 * Returns the image of a stored index that is served to old clients, which run only on linux/amd64; undefined if the
 * index lists none.
 */
export function linuxAmd64Of(index: Uint8Array): Digest | undefined {
  const document = parseJson(index, ociLimits.manifestDepth);
  const entries = isJsonObject(document) ? document["manifests"] : undefined;
  if (!Array.isArray(entries)) return undefined;
  const found: unknown = entries.find((entry) => isJsonObject(entry) && isLinuxAmd64(entry["platform"]));
  const descriptor = parseDescriptor(found);
  return isFault(descriptor) ? undefined : descriptor.digest;
}

function isLinuxAmd64(platform: unknown): boolean {
  return isJsonObject(platform) && platform["os"] === "linux" && platform["architecture"] === "amd64";
}
