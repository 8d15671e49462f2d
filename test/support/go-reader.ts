/**
 * A model of how Go's encoding/json reads a document into structures (`decode.go`): keys are compared without regard
 * to case, the last of several equal keys counts, null changes nothing, and integers have neither fraction nor
 * exponent.
 */

/**
 * The content of a JSON text without interpretation: numbers as they are written, and members in order with their
 * repetitions.
 */
type Node =
  | { readonly kind: "object"; readonly members: readonly (readonly [key: string, value: Node])[] }
  | { readonly kind: "array"; readonly items: readonly Node[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly literal: string }
  | { readonly kind: "null" | "boolean" };

/** The possible types of a structure's field. */
type Type = "string" | "int64" | "strings" | "map" | "bytes" | Struct | readonly [Struct];
interface Struct {
  readonly [field: string]: Type;
}

const platform: Struct = {
  architecture: "string",
  os: "string",
  "os.version": "string",
  "os.features": "strings",
  variant: "string",
  features: "strings",
};
const descriptor: Struct = {
  mediaType: "string",
  digest: "string",
  size: "int64",
  urls: "strings",
  annotations: "map",
  data: "bytes",
  platform,
  artifactType: "string",
};
/** The fields of an image and of an index together. */
const manifest: Struct = {
  schemaVersion: "int64",
  mediaType: "string",
  artifactType: "string",
  config: descriptor,
  layers: [descriptor],
  manifests: [descriptor],
  blobs: [descriptor],
  subject: descriptor,
  annotations: "map",
};

/** A descriptor as Go reads it. */
export interface GoDescriptor {
  readonly mediaType?: string;
  readonly digest?: string;
  readonly size?: bigint;
}

/** A manifest or an index as Go reads it. */
export interface GoManifest {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: GoDescriptor;
  readonly layers?: readonly GoDescriptor[];
  readonly manifests?: readonly GoDescriptor[];
  readonly subject?: GoDescriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The manifest that Go reads from a text; undefined if Go reads none. The text must be JSON. */
export function readAsGo(text: string): GoManifest | undefined {
  try {
    return decode(parse(text), manifest, undefined) as GoManifest | undefined;
  } catch (error) {
    if (error instanceof TypeMismatch) return undefined;
    throw error;
  }
}

class TypeMismatch extends Error {}

function decode(node: Node, type: Type, before: unknown): unknown {
  if (node.kind === "null") return before;
  if (type === "string" && node.kind === "string") return node.text.toWellFormed();
  if (type === "int64" && node.kind === "number" && /^-?\d+$/.test(node.literal)) return BigInt(node.literal);
  if (type === "bytes" && node.kind === "string" && isStandardBase64(node.text)) return node.text;
  if (type === "strings" && node.kind === "array") return node.items.map((item) => decode(item, "string", ""));
  if (type === "map" && node.kind === "object") {
    const added = node.members.map(([key, value]) => [key.toWellFormed(), decode(value, "string", "")]);
    return { ...(before as object | undefined), ...Object.fromEntries(added) };
  }
  if (Array.isArray(type) && node.kind === "array") {
    return node.items.map((item) => decode(item, type[0] as Struct, undefined) ?? {});
  }
  if (typeof type === "object" && !Array.isArray(type) && node.kind === "object") {
    return decodeStruct(node.members, type as Struct, before);
  }
  throw new TypeMismatch();
}

function decodeStruct(members: readonly (readonly [string, Node])[], struct: Struct, before: unknown): object {
  const result: Record<string, unknown> = { ...(before as object | undefined) };
  for (const [key, value] of members) {
    const field = key in struct ? key : Object.keys(struct).find((name) => foldsTo(key, name));
    if (field !== undefined) result[field] = decode(value, struct[field]!, result[field]);
  }
  return result;
}

/** Compares a key with an ASCII name as `bytes.EqualFold` does. */
function foldsTo(key: string, name: string): boolean {
  const characters = Array.from(key);
  return characters.length === name.length && characters.every((character, at) => spellings(name[at]!).has(character));
}

/** The characters that Unicode's simple case folding treats as equal to this ASCII character. */
export function spellings(character: string): Set<string> {
  const all = new Set([character]);
  if (!/[a-z]/i.test(character)) return all;
  const lower = String.fromCharCode(character.charCodeAt(0) | 0x20);
  all.add(lower).add(String.fromCharCode(lower.charCodeAt(0) & ~0x20));
  if (lower === "s") all.add("\u017f");
  if (lower === "k") all.add("\u212a");
  return all;
}

function isStandardBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replaceAll(/[\r\n]/g, ""));
}

/** Reads valid JSON. */
function parse(text: string): Node {
  const token = /[ \t\r\n]*("(?:[^"\\]|\\.)*"|[-+0-9.eE]+|true|false|null|[[\]{}:,])/y;
  const next = (): string => {
    const [, found] = token.exec(text) ?? [];
    if (found === undefined) throw new Error(`no token at character ${token.lastIndex}`);
    return found;
  };
  /** The items up to the closing bracket. `item` reads each of them from its first token. */
  const list = <T>(close: string, item: (first: string) => T): T[] => {
    const items: T[] = [];
    for (let first = next(); first !== close; first = next()) items.push(item(first === "," ? next() : first));
    return items;
  };
  const value = (first: string): Node => {
    if (first === "[") return { kind: "array", items: list("]", value) };
    if (first === "{") return { kind: "object", members: list("}", (key) => [JSON.parse(key), afterColon()] as const) };
    if (first.startsWith('"')) return { kind: "string", text: JSON.parse(first) as string };
    if (first === "null") return { kind: "null" };
    if (first === "true" || first === "false") return { kind: "boolean" };
    return { kind: "number", literal: first };
  };
  const afterColon = (): Node => {
    next();
    return value(next());
  };
  return value(next());
}
