import type { Digest } from "../../oci/digest.ts";
import { isJsonObject, type JsonObject } from "../../oci/json.ts";
import { ConversionError } from "./conversion-error.ts";
import { goTimeOf } from "./go-time.ts";
import { placeOf, type V1Image } from "./v1-image.ts";

type Reader = (value: unknown, at: string) => unknown;

/** The execution parameters that image-spec "config.md" has fields for, with their types. */
const execution: Readonly<Record<string, Reader>> = {
  User: readText,
  ExposedPorts: readSet,
  Env: readTexts,
  Entrypoint: readTexts,
  Cmd: readTexts,
  Volumes: readSet,
  WorkingDir: readText,
  Labels: readLabels,
  StopSignal: readText,
};

const platform: Readonly<Record<string, Reader>> = {
  "os.version": readText,
  "os.features": readTexts,
  variant: readText,
};

/** Members of any entry that go to the history, and members of the top entry that go to the configuration. */
const converted = ["created", "author", "comment", "container_config", "throwaway"];
const convertedAtTop = new Set([...converted, "architecture", "os", "config", ...Object.keys(platform)]);
const convertedBelow = new Set(converted);

/**
 * Builds the OCI configuration of a chain of images, top first, with the digests of the uncompressed layers, base
 * first. `architecture` is used if the top image names none. Images without `os` are older than the field, and are
 * Linux images. Throws a ConversionError if a field has a wrong type.
 */
export function ociConfigOf(images: readonly V1Image[], architecture: string, diffIds: readonly Digest[]): JsonObject {
  const { members, index } = images[0]!;
  const at = placeOf(index);
  const own = readText(members["architecture"], `${at}.architecture`) ?? architecture;
  if (!own) throw new ConversionError("schema1", "architecture", "is missing");
  return withoutUndefined({
    created: readTime(members["created"], `${at}.created`),
    author: readText(members["author"], `${at}.author`),
    architecture: own,
    os: readText(members["os"], `${at}.os`) ?? "linux",
    ...readAll(members, platform, at),
    config: readAll(objectOf(members["config"], `${at}.config`), execution, `${at}.config`),
    rootfs: { type: "layers", diff_ids: diffIds },
    history: images.map(historyEntryOf).toReversed(),
  });
}

/**
 * Returns the places of information that the OCI configuration does not have: `history[0].docker_version`,
 * `history[0].config.Hostname`.
 */
export function lostOf({ members, index }: V1Image, isTop: boolean): string[] {
  const at = placeOf(index);
  const lost = remainder(members, isTop ? convertedAtTop : convertedBelow, at);
  const container = remainder(objectOf(members["container_config"], at), new Set(["Cmd"]), `${at}.container_config`);
  const config = isTop
    ? remainder(objectOf(members["config"], at), new Set(Object.keys(execution)), `${at}.config`)
    : [];
  return [...lost, ...(container.length > 0 ? [`${at}.container_config`] : []), ...config];
}

/** Empty values carry no information, so they are not lost. */
function remainder(members: JsonObject, without: ReadonlySet<string>, at: string): string[] {
  return Object.keys(members)
    .filter((name) => !without.has(name) && !isEmpty(members[name]))
    .map((name) => `${at}.${name}`);
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === false || value === "" || value === 0;
}

function historyEntryOf({ members, throwaway, index }: V1Image): JsonObject {
  const at = placeOf(index);
  const container = objectOf(members["container_config"], `${at}.container_config`);
  const command = readTexts(container["Cmd"], `${at}.container_config.Cmd`)?.join(" ");
  return withoutUndefined({
    created: readTime(members["created"], `${at}.created`),
    created_by: command || undefined,
    author: readText(members["author"], `${at}.author`),
    comment: readText(members["comment"], `${at}.comment`),
    empty_layer: throwaway || undefined,
  });
}

function readAll(members: JsonObject, readers: Readonly<Record<string, Reader>>, at: string): JsonObject {
  const read = Object.entries(readers).map(([name, reader]) => [name, reader(members[name], `${at}.${name}`)]);
  return withoutUndefined(Object.fromEntries(read) as JsonObject);
}

function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** True if a value carries information. Docker writes null or the empty value for an unset field. */
function isSaid(value: unknown): boolean {
  return value !== undefined && !isEmpty(value);
}

function readText(value: unknown, at: string): string | undefined {
  if (!isSaid(value)) return undefined;
  if (typeof value !== "string") throw new ConversionError("schema1", at, "is not a string");
  return value;
}

function readTime(value: unknown, at: string): string | undefined {
  const text = readText(value, at);
  if (text !== undefined && goTimeOf(text) === undefined) throw new ConversionError("schema1", at, "is not a time");
  return text;
}

/** A list of texts. Early versions wrote a command as a single string. */
function readTexts(value: unknown, at: string): readonly string[] | undefined {
  if (!isSaid(value)) return undefined;
  if (typeof value === "string") return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw new ConversionError("schema1", at, "is not a list of strings");
}

function readSet(value: unknown, at: string): JsonObject | undefined {
  const names = Object.keys(objectOf(value, at));
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, {}])) : undefined;
}

function readLabels(value: unknown, at: string): JsonObject | undefined {
  const labels = objectOf(value, at);
  if (!Object.values(labels).every((label) => typeof label === "string")) {
    throw new ConversionError("schema1", at, "is not an object of strings");
  }
  return isEmpty(labels) ? undefined : labels;
}

function objectOf(value: unknown, at: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw new ConversionError("schema1", at, "is not an object");
  return value;
}
