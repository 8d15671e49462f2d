import { limits } from "../base/limits.ts";
import { isFault, parseDescriptor, type Descriptor } from "./descriptor.ts";
import { RegistryError } from "./errors.ts";
import { isJsonObject, JsonError, parseJson, type JsonObject } from "./json.ts";
import {
  isNonDistributable,
  isSchema1,
  manifestKind,
  mediaTypes,
  parseMediaType,
  type MediaType,
} from "./media-type.ts";

/** What a manifest refers to: a blob or another manifest. The layers of a manifest of schema 1 have no size. */
export type Referred = Pick<Descriptor, "digest" | "foreign"> & Partial<Pick<Descriptor, "size">>;

/** What the registry has to know of a manifest; its bytes are kept beside this, exactly as they came (MPUT-02). */
export interface Manifest {
  readonly mediaType: MediaType;
  /** Configuration, layers and other content that the document names as blobs, in its order. Any may be a manifest here. */
  readonly blobs: readonly Referred[];
  /** The entries of an index, in the order of the document. Any may be a blob here (reports 1). */
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  /** As the referrers list shows it: the manifest's own, else its configuration's media type (REF-05). */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Reads a manifest of any media type but schema 1, which `schema1/receive.ts` does. The four types whose shape the specifications fix are checked against it; of every
 * other type only the fields are read that look like theirs (MPUT-07).
 * `declared` is the request's Content-Type, undefined where it had none (MPUT-05).
 */
export function parseManifest(bytes: Uint8Array, declared: MediaType | undefined): Manifest {
  const document = parseDocument(bytes);
  const mediaType = mediaTypeOf(document, declared);
  if (isSchema1(mediaType)) throw invalid("Docker schema 1 manifests are not accepted here; push schema 2 or OCI", "");
  const kind = manifestKind(mediaType);
  if (kind) checkShape(document, kind);

  const strict = kind !== undefined;
  const config = descriptors(document, "config", strict);
  const blobs = [...config, ...descriptors(document, "layers", strict), ...descriptors(document, "blobs", strict)];
  const manifests = descriptors(document, "manifests", strict);
  const [subject] = descriptors(document, "subject", true);
  if (blobs.length + manifests.length > limits.manifestReferences) {
    throw invalid(`the manifest refers to more than ${limits.manifestReferences} pieces of content`, "");
  }
  const artifactType = artifactTypeOf(document, kind === "image" ? config[0] : undefined);
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
    const document = parseJson(bytes, limits.manifestDepth);
    if (isJsonObject(document)) return document;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw invalid(error.message, "", error.found);
  }
  throw invalid("the manifest is not a JSON object", "");
}

/** The header and the document must not disagree: two readers would make two things of it (MPUT-06). */
function mediaTypeOf(document: JsonObject, declared: MediaType | undefined): MediaType {
  const inside = document["mediaType"];
  if (inside !== undefined) {
    const parsed = typeof inside === "string" ? parseMediaType(inside) : undefined;
    if (!parsed || parsed !== inside) throw invalid("is not a media type", "mediaType");
    if (declared && declared !== parsed && declared !== mediaTypes.json) {
      throw invalid("is not what the Content-Type header says", "mediaType", { manifest: parsed, header: declared });
    }
    return parsed;
  }
  if (declared && declared !== mediaTypes.json) return declared;
  if (document["schemaVersion"] === 1) return mediaTypes.dockerSchema1Signed;
  if ("manifests" in document) return mediaTypes.ociIndex;
  if ("config" in document) return mediaTypes.ociManifest;
  throw invalid("there is neither a Content-Type header nor a mediaType field to tell what this is", "mediaType");
}

function checkShape(document: JsonObject, kind: "image" | "index"): void {
  if (document["schemaVersion"] !== 2) throw invalid("has to be 2", "schemaVersion");
  const [required, foreign] =
    kind === "image"
      ? [
          ["config", "layers"],
          ["manifests", "fsLayers"],
        ]
      : [["manifests"], ["config", "layers", "fsLayers"]];
  for (const field of required) {
    if (!(field in document)) throw invalid("is missing", field);
  }
  for (const field of foreign) {
    // A document that is an image to one reader and an index to another (CVE-2021-41190, MPUT-09).
    if (field in document) throw invalid(`does not belong into an ${kind}`, field);
  }
}

/** Fields that no document of a known type may leave empty by `null`. */
const required = new Set(["config", "layers", "manifests"]);

/** The descriptors of one field: a list, or a single one for `config` and `subject`. */
function descriptors(document: JsonObject, field: string, strict: boolean): Descriptor[] {
  const value = document[field];
  if (value === undefined || (value === null && !(strict && required.has(field)))) return [];
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

/** Only layers may: an image is of no use without its configuration (L24), and of a manifest `urls` are further places. */
function mayBeElsewhere({ foreign, mediaType }: Descriptor, field: string): boolean {
  if (field === "config") return false;
  return field === "manifests" ? isNonDistributable(mediaType) : foreign;
}

function artifactTypeOf(document: JsonObject, config: Descriptor | undefined): string | undefined {
  const own = document["artifactType"];
  if (own === undefined || own === null || own === "") return config?.mediaType;
  if (typeof own !== "string" || parseMediaType(own) !== own) throw invalid("is not a media type", "artifactType");
  return own;
}

function annotationsOf(document: JsonObject): Record<string, string> | undefined {
  const value = document["annotations"];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value) || !Object.values(value).every((text) => typeof text === "string")) {
    throw invalid("is not an object of strings", "annotations");
  }
  return value as Record<string, string>;
}

/** The message also gets into the log, and so holds nothing of what was pushed; `found` does, and is only for the client. */
function invalid(reason: string, at: string, found?: unknown): RegistryError {
  const message = at ? `${at} ${reason}` : reason;
  return new RegistryError("MANIFEST_INVALID", { message, detail: { at, reason, found } });
}
