import { isJsonObject } from "./json.ts";

/**
 * A key that some readers read as a field and others do not. Go's encoding/json, which most clients use, ignores the
 * case of keys (`Layers` is `layers`, and so is `layerſ`), and the last of several such keys counts. Other readers
 * compare keys exactly. So a document with both keys is one image to the registry and another to a client
 * (CVE-2021-41190 is of this kind).
 */
export interface LookAlike {
  /** The path of the key, such as `layers[2].Digest`. Apart from letter case, it contains only names of fields. */
  readonly at: string;
  /** The field for which readers mistake the key. */
  readonly field: string;
}

/** The error message for a look-alike key, as a clause that follows its path. */
export function lookAlikeReason({ field }: Pick<LookAlike, "field">): string {
  return `is read as "${field}" by clients that ignore the case of keys; write it as "${field}", or rename it`;
}

/** The fields of an object. */
export interface Fields {
  /**
   * The fields of the objects in each field, by its name; null if these objects may have any keys, or the field has no
   * objects.
   */
  readonly byName: ReadonlyMap<string, Fields | null>;
  /** Names of the fields by their folded form. */
  readonly byFolded: ReadonlyMap<string, string>;
}

function fields(names: string, nested: Readonly<Record<string, Fields>> = {}): Fields {
  const plain = names.split(" ").map((name) => [name, null] as const);
  const byName = new Map<string, Fields | null>([...plain, ...Object.entries(nested)]);
  return { byName, byFolded: new Map([...byName.keys()].map((name) => [foldKey(name), name])) };
}

const platform = fields("architecture os os.version os.features variant features");
const descriptor = fields("mediaType digest size urls annotations data artifactType", { platform });

/**
 * The fields of OCI and Docker manifests and indexes, of artifact manifests, and those that distinguish a schema 1
 * manifest from them. Annotations may have any keys.
 */
export const manifestFields = fields("schemaVersion mediaType artifactType annotations fsLayers history signatures", {
  config: descriptor,
  layers: descriptor,
  blobs: descriptor,
  manifests: descriptor,
  subject: descriptor,
});

const jwk = fields("kty kid crv x y n e");

/** The fields of a schema 1 manifest and its signatures, and those that distinguish another manifest from it. */
export const schema1Fields = fields("schemaVersion mediaType name tag architecture config layers manifests", {
  fsLayers: fields("blobSum"),
  history: fields("v1Compatibility"),
  signatures: fields("signature protected", { header: fields("alg x5c", { jwk }) }),
});

/** The fields of the protected header of a signature. */
export const protectedFields = fields("formatLength formatTail time");

/**
 * Returns the first look-alike key in an object or a list of objects, or in the nested objects of known fields;
 * undefined if there is none.
 */
export function lookAlikeIn(value: unknown, known: Fields): LookAlike | undefined {
  if (Array.isArray(value)) return lookAlikeInList(value, known);
  if (!isJsonObject(value)) return undefined;
  for (const key in value) {
    const nested = known.byName.get(key);
    if (nested === undefined) {
      const field = known.byFolded.get(foldKey(key));
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

/**
 * Adds the outer part of the path. Paths are built only when a key is found, because nearly all documents have none.
 */
function within(outer: string, { at, field }: LookAlike): LookAlike {
  return { at: at.startsWith("[") ? `${outer}${at}` : `${outer}.${at}`, field };
}

/**
 * Folds the case of a key: two look-alike keys have the same folded form. More keys become equal than in Go: also those that readers compare in upper case, such as
 * `dıgest`.
 */
export function foldKey(key: string): string {
  return key.toUpperCase().toLowerCase();
}
