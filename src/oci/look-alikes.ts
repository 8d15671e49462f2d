import { isJsonObject } from "./json.ts";

/**
 * Keys that one reader takes for a field and another does not. Go's encoding/json, which most clients use, ignores the case
 * of keys (`Layers` is `layers`, and so is `layerſ`), and of several such keys the last counts; other readers compare keys
 * exactly. So a document with both is one image to the registry and another to a client (CVE-2021-41190 is of this kind).
 */
export interface LookAlike {
  /** The key with its place, such as `layers[2].Digest`. Apart from the case of letters, it holds names of fields only. */
  readonly at: string;
  /** The field that it is taken for. */
  readonly field: string;
}

/** The message about one, as a clause that follows its place. */
export function lookAlikeReason({ field }: LookAlike): string {
  return `is read as "${field}" by clients that ignore the case of keys; write it as "${field}", or rename it`;
}

/** The fields of an object. */
export interface Fields {
  /** By name, each with the fields of the objects in it; null where their keys are free, or it holds none. */
  readonly byName: ReadonlyMap<string, Fields | null>;
  /** Names by what they fold to. */
  readonly byFolded: ReadonlyMap<string, string>;
}

function fields(names: string, nested: Readonly<Record<string, Fields>> = {}): Fields {
  const plain = names.split(" ").map((name) => [name, null] as const);
  const byName = new Map<string, Fields | null>([...plain, ...Object.entries(nested)]);
  return { byName, byFolded: new Map([...byName.keys()].map((name) => [fold(name), name])) };
}

const platform = fields("architecture os os.version os.features variant features");
const descriptor = fields("mediaType digest size urls annotations data artifactType", { platform });

/**
 * Of manifests and indexes, OCI's and Docker's, of artifact manifests, and of what tells a manifest of schema 1 from them. The
 * keys of annotations are free.
 */
export const manifestFields = fields("schemaVersion mediaType artifactType annotations fsLayers history signatures", {
  config: descriptor,
  layers: descriptor,
  blobs: descriptor,
  manifests: descriptor,
  subject: descriptor,
});

const jwk = fields("kty kid crv x y n e");

/** Of a manifest of schema 1 and its signatures, and of what tells another manifest from it. */
export const schema1Fields = fields("schemaVersion mediaType name tag architecture config layers manifests", {
  fsLayers: fields("blobSum"),
  history: fields("v1Compatibility"),
  signatures: fields("signature protected", { header: fields("alg x5c", { jwk }) }),
});

/** Of the protected text of a signature. */
export const protectedFields = fields("formatLength formatTail time");

/** The first look-alike in an object, in a list of objects, or in what they hold at the places of known fields. */
export function lookAlikeIn(value: unknown, known: Fields): LookAlike | undefined {
  if (Array.isArray(value)) return lookAlikeInList(value, known);
  if (!isJsonObject(value)) return undefined;
  for (const key in value) {
    const nested = known.byName.get(key);
    if (nested === undefined) {
      const field = known.byFolded.get(fold(key));
      if (field !== undefined) return { at: key, field };
    } else if (nested !== null) {
      const found = lookAlikeIn(value[key], nested);
      if (found) return within(key, found);
    }
  }
  return undefined;
}

function lookAlikeInList(items: readonly unknown[], known: Fields): LookAlike | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const found = lookAlikeIn(items[index], known);
    if (found) return within(`[${index}]`, found);
  }
  return undefined;
}

/** The place is put together on the way out: nearly all documents have none. */
function within(outer: string, { at, field }: LookAlike): LookAlike {
  return { at: at.startsWith("[") ? `${outer}${at}` : `${outer}.${at}`, field };
}

/**
 * More keys have the same result than Go takes for the same: those that readers compare by upper case as well, such as `dıgest`.
 */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
