import type { Branded } from "../base/brand.ts";
import { ociLimits } from "./limits.ts";

/** A media type `type/subtype` without parameters, in the restricted-name grammar of RFC 6838 section 4.2. */
export type MediaType = Branded<"MediaType">;

const restrictedName = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
/** The grammar of media types as a regular expression. */
export const mediaTypePattern = `^${restrictedName}/${restrictedName}$`;
const grammar = new RegExp(mediaTypePattern);

/** A media type with its parameters, as a document writes it. A request header may have more white space. */
const written = new RegExp(`${mediaTypePattern.slice(0, -1)}(?:[ \\t]*;[ -~]*)?$`);

/**
 * Parses a media type and drops its parameters, such as `; charset=utf-8` (MPUT-05); undefined if it is malformed.
 * Letter case has no meaning (RFC 9110 section 8.3.1): a type of the table below gets the table's spelling, and any
 * other type keeps its own.
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

/**
 * Like `parseMediaType`, for a field of a document, which has no white space around the type; undefined for any other
 * value.
 */
export function parseMediaTypeField(value: unknown): MediaType | undefined {
  if (typeof value !== "string" || value.length > ociLimits.mediaTypeFieldCharacters) return undefined;
  if (isEssence(value)) return spelled(value);
  return written.test(value) ? parseMediaType(value) : undefined;
}

/** True if two media types differ at most in letter case. */
export function isSameMediaType(one: MediaType, other: MediaType): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}

/** The media types that Lading knows by name. */
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
 * True if a manifest can have this type: some kind of JSON (`application/…+json`), or a vendor's type without a suffix.
 * Other types, such as `text/html` or `application/octet-stream`, are defaults of programs or something that a browser
 * would run. No manifest is stored or served under such a type.
 */
export function mayBeManifest(type: MediaType): boolean {
  return isSchema1(type) || manifestGrammar.test(type);
}

const manifestGrammar = /^application\/(?:.+\+json|vnd\.[^+]+)$/i;

/**
 * The kind of the four manifest types whose form the specifications define; undefined for any other type, whose
 * manifests are stored unchecked.
 */
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

/** True for the media types of schema 1 manifests. */
export function isSchema1(type: MediaType): boolean {
  return type === mediaTypes.dockerSchema1 || type === mediaTypes.dockerSchema1Signed;
}

/** True for layers that need not be pushed: licences forbid their distribution, or they come from `urls` (MPUT-12). */
export function isNonDistributable(type: string): boolean {
  return /\.(?:nondistributable|foreign)\./i.test(type);
}
