import type { Branded } from "../base/brand.ts";
import { ociLimits } from "./limits.ts";

/** `type/subtype` without parameters, in the restricted-name grammar of RFC 6838 section 4.2. */
export type MediaType = Branded<"MediaType">;

const restrictedName = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
export const mediaTypePattern = `^${restrictedName}/${restrictedName}$`;
const grammar = new RegExp(mediaTypePattern);

/** A media type as a document writes it, with its parameters; the header of a request may hold more white space. */
const written = new RegExp(`${mediaTypePattern.slice(0, -1)}(?:[ \\t]*;[ -~]*)?$`);

/**
 * Drops parameters such as `; charset=utf-8` (MPUT-05). The case of letters means nothing (RFC 9110 section 8.3.1): a type of
 * the table below is given as the table spells it, every other as it was written.
 */
export function parseMediaType(text: string): MediaType | undefined {
  const semicolon = text.indexOf(";");
  const essence = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
  return isEssence(essence) ? spelled(essence) : undefined;
}

function isEssence(text: string): boolean {
  return text.length <= ociLimits.mediaTypeCharacters && grammar.test(text);
}

function spelled(essence: string): MediaType {
  return spellings.get(essence.toLowerCase()) ?? (essence as MediaType);
}

/** The same for a field of a document, where a media type has nothing around it; undefined for a value that is none. */
export function parseMediaTypeField(value: unknown): MediaType | undefined {
  if (typeof value !== "string" || value.length > ociLimits.mediaTypeFieldCharacters) return undefined;
  if (isEssence(value)) return spelled(value);
  return written.test(value) ? parseMediaType(value) : undefined;
}

export function isSameMediaType(one: MediaType, other: MediaType): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
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

const spellings = new Map<string, MediaType>(Object.values(mediaTypes).map((type) => [type, type]));

/**
 * Whether a manifest can have this type: one for JSON of some kind (`application/…+json`), or a vendor's own without a suffix.
 * Any other, such as `text/html` or `application/octet-stream`, says what a program sends when it does not know, or what a
 * browser would run: no manifest is stored and given under such a type.
 */
export function mayBeManifest(type: MediaType): boolean {
  return isSchema1(type) || manifestGrammar.test(type);
}

const manifestGrammar = /^application\/(?:.+\+json|vnd\.[^+]+)$/i;

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
  return /\.(?:nondistributable|foreign)\./i.test(type);
}
