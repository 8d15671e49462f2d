import { dockerLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { isFault, parseDescriptor, type Descriptor } from "../../oci/descriptor.ts";
import { isJsonObject, JsonError, parseJson, type JsonObject } from "../../oci/json.ts";
import { ConversionError } from "./conversion-error.ts";
import { goTimeOf, zeroTime } from "./go-time.ts";

/** The part of an image's configuration that schema 1 needs (image-spec "config.md"). */
export interface ImageConfig {
  /** Empty if the configuration does not name it. */
  readonly architecture: string;
  readonly diffIds: readonly string[];
  /** A Windows base image that is not among the layers; long out of use. */
  readonly baseLayer?: string;
  /** The history, base first. */
  readonly history: readonly HistoryEntry[];
}

/** One step of an image's history. */
export interface HistoryEntry {
  /** An RFC 3339 time in Go's form. */
  readonly created: string;
  readonly createdBy: string;
  readonly author: string;
  readonly comment: string;
  readonly emptyLayer: boolean;
}

const configTypes: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);

/** Layer types whose compression a client of 2014 detects by the first bytes. zstd came later. */
const layerTypes: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.layer.v1.tar",
  "application/vnd.oci.image.layer.v1.tar+gzip",
  "application/vnd.docker.image.rootfs.diff.tar",
  "application/vnd.docker.image.rootfs.diff.tar.gzip",
]);

/**
 * Returns the layers of an OCI or schema 2 image manifest, base first. Throws a ConversionError if old clients cannot
 * use them.
 */
export function readLayers(manifest: Uint8Array): Descriptor[] {
  const { schemaVersion, config, layers } = parse(manifest, "manifest");
  if (schemaVersion !== 2 || !Array.isArray(layers))
    throw new ConversionError("manifest", "", "is not an image manifest");
  const { mediaType } = descriptorOf(config, "config");
  if (!configTypes.has(mediaType)) {
    throw new ConversionError("manifest", "config.mediaType", "is not the type of an image configuration");
  }
  return layers.map((layer, index) => {
    const at = `layers[${index}]`;
    const descriptor = descriptorOf(layer, at);
    if (descriptor.foreign) throw new ConversionError("manifest", at, "is not stored in this registry");
    if (!layerTypes.has(descriptor.mediaType)) {
      throw new ConversionError("manifest", `${at}.mediaType`, "is not one that clients of schema 1 can read");
    }
    return descriptor;
  });
}

function descriptorOf(value: unknown, at: string): Descriptor {
  const descriptor = parseDescriptor(value);
  if (isFault(descriptor)) throw new ConversionError("manifest", `${at}${descriptor.at}`, descriptor.reason);
  return descriptor;
}

/**
 * Parses an image's configuration. Throws a ConversionError if the bytes are not the configuration of an image with a
 * history.
 */
export function readConfig(bytes: Uint8Array): ImageConfig {
  const config = parse(bytes, "config");
  const { rootfs, history } = config;
  if (!isJsonObject(rootfs))
    throw new ConversionError("config", "rootfs", "is missing: this is not the configuration of an image");
  const { diff_ids: diffIds } = rootfs;
  const baseLayer = textOf(rootfs, "base_layer", "rootfs");
  if (!Array.isArray(diffIds) || !diffIds.every((id) => typeof id === "string")) {
    throw new ConversionError("config", "rootfs.diff_ids", "is not a list of strings");
  }
  if (!Array.isArray(history) || history.length === 0) {
    throw new ConversionError("config", "history", "is empty, but schema 1 needs it to name the layers");
  }
  if (history.length > dockerLimits.convertedSteps) {
    throw new ConversionError("config", "history", `has more than ${dockerLimits.convertedSteps} elements`);
  }
  return {
    architecture: textOf(config, "architecture", ""),
    diffIds,
    ...(baseLayer && { baseLayer }),
    history: history.map((entry, index) => historyEntryOf(entry, `history[${index}]`)),
  };
}

function historyEntryOf(entry: unknown, at: string): HistoryEntry {
  if (!isJsonObject(entry)) throw new ConversionError("config", at, "is not an object");
  const created = goTimeOf(textOf(entry, "created", at) || zeroTime);
  if (created === undefined) throw new ConversionError("config", `${at}.created`, "is not a time");
  const empty = entry["empty_layer"] ?? false;
  if (typeof empty !== "boolean") throw new ConversionError("config", `${at}.empty_layer`, "is not true or false");
  return {
    created,
    createdBy: textOf(entry, "created_by", at),
    author: textOf(entry, "author", at),
    comment: textOf(entry, "comment", at),
    emptyLayer: empty,
  };
}

function textOf(object: JsonObject, field: string, at: string): string {
  const value = object[field] ?? "";
  if (typeof value !== "string") throw new ConversionError("config", at ? `${at}.${field}` : field, "is not a string");
  return value;
}

function parse(bytes: Uint8Array, document: "manifest" | "config"): JsonObject {
  if (bytes.length > ociLimits.manifestBytes) {
    throw new ConversionError(document, "", `is larger than ${ociLimits.manifestBytes} bytes`);
  }
  try {
    const parsed = parseJson(bytes, ociLimits.manifestDepth);
    if (isJsonObject(parsed)) return parsed;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new ConversionError(document, "", `is ${error.message}`);
  }
  throw new ConversionError(document, "", "is not a JSON object");
}
