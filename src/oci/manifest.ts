import { ociLimits } from "./limits.ts";
import { areAnnotations, isFault, parseDescriptor, type Descriptor } from "./descriptor.ts";
import { RegistryError } from "./errors.ts";
import { isJsonObject, JsonError, parseJson, type JsonObject } from "./json.ts";
import { lookAlikeIn, lookAlikeReason, manifestFields } from "./look-alikes.ts";
import {
  mayBeManifest,
  isNonDistributable,
  isSameMediaType,
  isSchema1,
  manifestKind,
  mediaTypes,
  parseMediaTypeField,
  type MediaType,
} from "./media-type.ts";

/** A reference of a manifest to a blob or another manifest. The layers of a schema 1 manifest have no size. */
export type Referred = Pick<Descriptor, "digest" | "foreign"> & Partial<Pick<Descriptor, "size">>;

/** What the registry knows of a manifest's content. Its bytes are stored separately and unchanged (MPUT-02). */
export interface Manifest {
  readonly mediaType: MediaType;
  /**
   * Configuration, layers and other content that the document names as blobs, in its order. The repository may have any
   * of them as a manifest.
   */
  readonly blobs: readonly Referred[];
  /**
   * The entries of an index, in the order of the document. The repository may have any of them as a blob (reports 1).
   */
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  /** The type for the list of referrers: the manifest's own, or its configuration's media type (REF-05). */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Parses a manifest of any media type except schema 1, which `schema1/verify-push.ts` parses. The four types with a
 * specified form are checked against it. Of any other type, only the fields are read that have a known form (MPUT-07).
 * An optional field that is null or empty counts as absent, as it does for readers written in Go. `declared` is the
 * request's Content-Type, undefined if it had none (MPUT-05). Throws MANIFEST_INVALID.
 */
export function parseManifest(bytes: Uint8Array, declared: MediaType | undefined): Manifest {
  const document = parseDocument(bytes);
  refuseLookAlikes(document);
  const mediaType = mediaTypeOf(document, declared);
  if (isSchema1(mediaType)) throw invalid("Docker schema 1 manifests are not accepted here; push schema 2 or OCI", "");
  const kind = manifestKind(mediaType);
  if (kind) checkShape(document, kind);

  const strict = kind !== undefined;
  const config = descriptors(document, "config", strict);
  const blobs = [...config, ...descriptors(document, "layers", strict), ...descriptors(document, "blobs", strict)];
  const manifests = descriptors(document, "manifests", strict);
  const [subject] = descriptors(document, "subject", true);
  if (blobs.length + manifests.length > ociLimits.manifestReferences) {
    throw invalid(`the manifest has more than ${ociLimits.manifestReferences} references`, "");
  }
  const artifactType = artifactTypeOf(document, kind);
  const annotations = annotationsOf(document);
  return {
    mediaType,
    blobs,
    manifests,
    ...(subject && { subject }),
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations && { annotations }),
  };
}

function parseDocument(bytes: Uint8Array): JsonObject {
  try {
    const document = parseJson(bytes, ociLimits.manifestDepth, { decimals: "NaN" });
    if (isJsonObject(document)) return document;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw invalid(error.message, "", error.found);
  }
  throw invalid("the manifest is not a JSON object", "");
}

function refuseLookAlikes(document: JsonObject): void {
  const found = lookAlikeIn(document, manifestFields);
  if (found) throw invalid(lookAlikeReason(found), found.at);
}

/**
 * Determines the media type of a document. The header and the document must not disagree, because readers would treat
 * the manifest differently (MPUT-06). A header that is not a manifest's type, such as the default of `curl`, is
 * ignored: the content then determines the type.
 */
function mediaTypeOf(document: JsonObject, declared: MediaType | undefined): MediaType {
  const inside = mediaTypeInside(document);
  if (inside !== undefined) {
    if (declared && declared !== mediaTypes.json && !isSameMediaType(declared, inside)) {
      throw invalid("differs from the Content-Type header", "mediaType", { manifest: inside, header: declared });
    }
    return inside;
  }
  if (declared && mayBeManifest(declared)) return declared;
  if (document["schemaVersion"] === 1) return mediaTypes.dockerSchema1Signed;
  if (has(document, "manifests")) return mediaTypes.ociIndex;
  if (has(document, "config")) return mediaTypes.ociManifest;
  const header =
    declared && declared !== mediaTypes.json ? "is not the type of a manifest" : "does not specify the type";
  throw invalid(`is missing, and the Content-Type header ${header}`, "mediaType", { header: declared });
}

function mediaTypeInside(document: JsonObject): MediaType | undefined {
  const field = document["mediaType"];
  if (field === undefined || field === null || field === "") return undefined;
  const parsed = parseMediaTypeField(field);
  if (!parsed) throw invalid("is not a media type", "mediaType");
  if (!mayBeManifest(parsed)) throw invalid("is not the media type of a manifest", "mediaType", { manifest: parsed });
  return parsed;
}

/** True if a field is neither absent nor null. */
function has(document: JsonObject, field: string): boolean {
  return document[field] !== undefined && document[field] !== null;
}

const schema1Only = ["fsLayers", "history"];

function checkShape(document: JsonObject, kind: "image" | "index"): void {
  if (document["schemaVersion"] !== 2) throw invalid("must be 2", "schemaVersion");
  const [required, foreign] =
    kind === "image"
      ? [
          ["config", "layers"],
          ["manifests", ...schema1Only],
        ]
      : [["manifests"], ["config", "layers", ...schema1Only]];
  for (const field of required) {
    if (has(document, field)) continue;
    throw invalid(field === "config" ? "is missing" : "is missing; use an empty list if there are none", field);
  }
  for (const field of foreign) {
    // Such a document is an image to one reader and an index to another (CVE-2021-41190, MPUT-09).
    if (has(document, field)) throw invalid(`must not be in an ${kind}`, field);
  }
}

/** Parses the descriptors of one field: a list, or a single one for `config` and `subject`. */
function descriptors(document: JsonObject, field: string, strict: boolean): Descriptor[] {
  const value = document[field];
  if (value === undefined || value === null) return [];
  const single = field === "config" || field === "subject";
  if (!single && !Array.isArray(value)) {
    if (strict) throw invalid("is not a list", field);
    return [];
  }
  const found: Descriptor[] = [];
  for (const [index, item] of (single ? [value] : (value as unknown[])).entries()) {
    const parsed = parseDescriptor(item);
    if (!isFault(parsed)) found.push({ ...parsed, foreign: mayBeElsewhere(parsed, field) });
    else if (strict) throw invalid(parsed.reason, `${single ? field : `${field}[${index}]`}${parsed.at}`);
  }
  return found;
}

/**
 * True if the content may be outside the registry, which is allowed only for layers. An image is useless without its
 * configuration (L24), and the `urls` of a manifest are additional places.
 */
function mayBeElsewhere({ foreign, mediaType }: Descriptor, field: string): boolean {
  if (field === "config") return false;
  return field === "manifests" ? isNonDistributable(mediaType) : foreign;
}

/** The artifact type exactly as it is written, parameters included, because the list of referrers shows it so. */
function artifactTypeOf(document: JsonObject, kind: "image" | "index" | undefined): string | undefined {
  const own = document["artifactType"];
  if (own === undefined || own === null || own === "") {
    return kind === "image" ? ((document["config"] as JsonObject)["mediaType"] as string) : undefined;
  }
  if (parseMediaTypeField(own) === undefined) throw invalid("is not a media type", "artifactType");
  return own as string;
}

function annotationsOf(document: JsonObject): Readonly<Record<string, string>> | undefined {
  const value = document["annotations"];
  if (value === undefined || value === null) return undefined;
  if (!areAnnotations(value)) throw invalid("is not an object of strings", "annotations");
  const entries = Object.entries(value);
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([key, item]) => [key, item ?? ""]));
}

/**
 * The message is also logged, so it contains nothing of the pushed document. `found` does, and only the client gets it.
 */
function invalid(reason: string, at: string, found?: unknown): RegistryError {
  const message = at ? `${at} ${reason}` : reason;
  return new RegistryError("MANIFEST_INVALID", { message, detail: { at, reason, found } });
}
