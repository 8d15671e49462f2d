/** The values of distribution's configuration, each with its place. Variables of the environment may replace them. */
import { shownName } from "../../base/shown-text.ts";
import { hasSameKeys, isMapping, type YamlDocument } from "../file/document.ts";
import type { Mistakes } from "../file/mistakes.ts";
import type { KeyLine } from "../file/yaml-lines.ts";

/** A value that is no mapping and no list. */
export interface Leaf {
  /** The file and the line, or the variable of the environment. */
  readonly place: string;
  readonly value: unknown;
}

/** A mapping or a list. The entries of a list have the keys 0, 1, 2 and so on. */
export interface Branch {
  readonly place: string;
  readonly isList: boolean;
  readonly entries: Map<string, Node>;
}

/** A value with its place. */
export type Node = Leaf | Branch;

/** Returns whether a value is a mapping or a list. */
export function isBranch(node: Node | undefined): node is Branch {
  return node !== undefined && "entries" in node;
}

/** Returns the values of a file. A value whose line is unknown has the line of the mapping that it is in. */
export function treeOf({ path, root, keys, repeated, firstLine }: YamlDocument, mistakes: Mistakes): Branch {
  for (const { key, line } of repeated) mistakes.add(line, `${shownName(key)} occurs twice in its mapping`);
  const node = (value: unknown, line: number, below: readonly KeyLine[], prefix: string): Node => {
    const place = `${path}:${line}`;
    if (!isMapping(value)) return withPlace(value, place);
    const known = hasSameKeys(value, below) ? mistakes.withoutRepeated(below, prefix) : [];
    const entries = Object.entries(value).map(([name, one]): [string, Node] => {
      const key = known.find((other) => other.key === name);
      const keysBelow = key?.inline === false ? key.keys : [];
      return [name, node(one, key?.line ?? line, keysBelow, `${prefix}${name}.`)];
    });
    return { place, isList: false, entries: new Map(entries) };
  };
  return node(root, firstLine, keys, "") as Branch;
}

/** Returns a value as a tree in which everything has the same place. */
export function withPlace(value: unknown, place: string): Node {
  if (typeof value !== "object" || value === null) return { place, value };
  const entries = Object.entries(value).map(([name, one]): [string, Node] => [name, withPlace(one, place)]);
  return { place, isList: Array.isArray(value), entries: new Map(entries) };
}

/** Returns a value without its places. */
export function plain(node: Node): unknown {
  if (!isBranch(node)) return node.value;
  const entries = [...node.entries].map(([name, one]): [string, unknown] => [name, plain(one)]);
  return node.isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

/** Returns a value as a mapping. Distribution accepts `storage: filesystem` for a driver without parameters. */
export function asMapping(node: Node): Branch | undefined {
  if (isBranch(node)) return node.isList ? undefined : node;
  const { place, value } = node;
  if (value !== null && typeof value !== "string") return undefined;
  const entries = value === null ? [] : [[value, { place, value: null }] as const];
  return { place, isList: false, entries: new Map(entries) };
}
