import type { Branded } from "../base/brand.ts";
import { limits } from "../base/limits.ts";

/** `type/subtype` without parameters, in the restricted-name grammar of RFC 6838 section 4.2. */
export type MediaType = Branded<"MediaType">;

const restrictedName = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
export const mediaTypePattern = `^${restrictedName}/${restrictedName}$`;
const grammar = new RegExp(mediaTypePattern);

/** Drops parameters such as `; charset=utf-8` (MPUT-05). */
export function parseMediaType(text: string): MediaType | undefined {
  const semicolon = text.indexOf(";");
  const essence = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
  if (essence.length > limits.mediaTypeCharacters || !grammar.test(essence)) return undefined;
  return essence as MediaType;
}

export const mediaTypes = {
  ociManifest: "application/vnd.oci.image.manifest.v1+json" as MediaType,
  ociIndex: "application/vnd.oci.image.index.v1+json" as MediaType,
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json" as MediaType,
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json" as MediaType,
  dockerSchema1: "application/vnd.docker.distribution.manifest.v1+json" as MediaType,
  dockerSchema1Signed: "application/vnd.docker.distribution.manifest.v1+prettyjws" as MediaType,
  octets: "application/octet-stream" as MediaType,
  json: "application/json" as MediaType,
} as const;

/** The four documents whose shape the specifications fix; every other manifest is kept as it is. */
export function manifestKind(type: MediaType): "image" | "index" | undefined {
  switch (type) {
    case mediaTypes.ociManifest:
    case mediaTypes.dockerManifest:
      return "image";
    case mediaTypes.ociIndex:
    case mediaTypes.dockerList:
      return "index";
    default:
      return undefined;
  }
}

export function isSchema1(type: MediaType): boolean {
  return type === mediaTypes.dockerSchema1 || type === mediaTypes.dockerSchema1Signed;
}

/** Layers that need not be pushed: licences forbid it, or they come from `urls` (MPUT-12). */
export function isNonDistributable(type: string): boolean {
  return type.includes(".nondistributable.") || type.includes(".foreign.");
}
