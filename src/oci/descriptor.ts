import { limits } from "../base/limits.ts";
import { parseDigest, type Digest } from "./digest.ts";
import { isJsonObject } from "./json.ts";
import { isNonDistributable, parseMediaType, type MediaType } from "./media-type.ts";

/** A pointer from one piece of content to another (image-spec "OCI Content Descriptors"). */
export interface Descriptor {
  readonly mediaType: MediaType;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** True where the content need not be in this registry: it lies elsewhere, or may not be distributed (MPUT-12). */
  readonly foreign: boolean;
}

/** What makes a value no descriptor, and where in it. */
export interface DescriptorFault {
  readonly at: string;
  readonly reason: string;
}

export function parseDescriptor(value: unknown): Descriptor | DescriptorFault {
  if (!isJsonObject(value)) return { at: "", reason: "is not an object" };
  const { mediaType, digest, size, urls } = value;
  const type = typeof mediaType === "string" ? parseMediaType(mediaType) : undefined;
  if (!type) return { at: ".mediaType", reason: "is not a media type" };
  const parsed = typeof digest === "string" ? parseDigest(digest) : undefined;
  if (!parsed) return { at: ".digest", reason: `is not a digest of at most ${limits.digestCharacters} characters` };
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    return { at: ".size", reason: "is not a number of bytes" };
  }
  if (urls !== undefined && !isStringList(urls)) return { at: ".urls", reason: "is not a list of strings" };
  const elsewhere = isStringList(urls) && urls.length > 0;
  return { mediaType: type, digest: parsed, size, foreign: elsewhere || isNonDistributable(type) };
}

export function isFault(parsed: Descriptor | DescriptorFault): parsed is DescriptorFault {
  return "reason" in parsed;
}

function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
