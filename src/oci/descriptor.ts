import { ociLimits } from "./limits.ts";
import { parseDigest, type Digest } from "./digest.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { isNonDistributable, parseMediaTypeField, type MediaType } from "./media-type.ts";

/** A reference from one piece of content to another (image-spec "OCI Content Descriptors"). */
export interface Descriptor {
  readonly mediaType: MediaType;
  readonly digest: Digest;
  /** Size of the content in bytes. */
  readonly size: number;
  /**
   * True if the content need not be in this registry: its bytes are elsewhere, or it must not be distributed (MPUT-12).
   */
  readonly foreign: boolean;
}

/** Why a value is not a descriptor, and where in the value the fault is. */
export interface DescriptorFault {
  readonly at: string;
  readonly reason: string;
}

/**
 * Parses a descriptor. Optional fields may be absent or null. Their form is checked too, because a client written in Go
 * refuses a whole document if it cannot read one field.
 */
export function parseDescriptor(value: unknown): Descriptor | DescriptorFault {
  if (!isJsonObject(value)) return { at: "", reason: "is not an object" };
  const { mediaType, digest, size, urls, annotations, data, artifactType, platform } = value;
  const type = parseMediaTypeField(mediaType);
  if (!type) return { at: ".mediaType", reason: "is not a media type" };
  const parsed = typeof digest === "string" ? parseDigest(digest) : undefined;
  if (!parsed) return { at: ".digest", reason: `is not a digest of at most ${ociLimits.digestCharacters} characters` };
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    return { at: ".size", reason: "is not a size in bytes" };
  }
  // Most descriptors have no optional field, and some manifests have thousands of descriptors.
  const optional = urls ?? annotations ?? data ?? artifactType ?? platform ?? undefined;
  const fault = optional === undefined ? undefined : optionalFault(value, optionalFields, "");
  if (fault) return fault;
  const elsewhere = isStringList(urls) && urls.length > 0;
  return { mediaType: type, digest: parsed, size, foreign: elsewhere || isNonDistributable(type) };
}

interface Form {
  readonly holds: (value: unknown) => boolean;
  readonly otherwise: string;
}

const text: Form = { holds: (value) => typeof value === "string", otherwise: "is not a string" };
const texts: Form = { holds: isStringList, otherwise: "is not a list of strings" };

const platformFields: Readonly<Record<string, Form>> = {
  architecture: text,
  os: text,
  "os.version": text,
  "os.features": texts,
  variant: text,
  features: texts,
};

const optionalFields: Readonly<Record<string, Form>> = {
  urls: texts,
  annotations: { holds: areAnnotations, otherwise: "is not an object of strings" },
  data: { holds: isBase64, otherwise: "is not base64" },
  artifactType: text,
  platform: { holds: isJsonObject, otherwise: "is not an object" },
};

function optionalFault(
  value: JsonObject,
  fields: Readonly<Record<string, Form>>,
  place: string,
): DescriptorFault | undefined {
  for (const name in fields) {
    const found = value[name];
    if (found === undefined || found === null) continue;
    const { holds, otherwise } = fields[name]!;
    if (!holds(found)) return { at: `${place}.${name}`, reason: otherwise };
    const fault = name === "platform" ? optionalFault(found as JsonObject, platformFields, ".platform") : undefined;
    if (fault) return fault;
  }
  return undefined;
}

/** True if `parseDescriptor` returned a fault. */
export function isFault(parsed: Descriptor | DescriptorFault): parsed is DescriptorFault {
  return "reason" in parsed;
}

function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/**
 * Annotations as a document has them: strings by key. A null value means an empty string, as it does to readers written
 * in Go.
 */
export type WrittenAnnotations = Readonly<Record<string, string | null>>;

/** True if a value is an object of annotations, of a descriptor or of a manifest. */
export function areAnnotations(value: unknown): value is WrittenAnnotations {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === "string" || item === null);
}

/** True for standard base64 with padding (RFC 4648 section 4). */
function isBase64(value: unknown): boolean {
  return typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}
