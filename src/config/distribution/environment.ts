/** The environment variables of distribution, such as `REGISTRY_HTTP_ADDR`. */
import { shownName } from "../../base/shown-text.ts";
import type { Note } from "../file/file-settings.ts";
import { parseValue, parseYaml } from "../file/document.ts";
import { Mistakes } from "../file/mistakes.ts";
import { isOfKubernetes } from "../kubernetes.ts";
import { findKey, namesIn } from "./keys.ts";
import { asMapping, isBranch, treeOf, withPlace, type Branch, type Node } from "./tree.ts";

/** The variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = "REGISTRY_";

/** The variable of distribution that names the configuration file. */
export const pathVariable = `${prefix}CONFIGURATION_PATH`;

/** A variable that begins with `REGISTRY_`. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** The parts of the path, as the variable has them. */
  readonly path: readonly [string, ...string[]];
}

/** The names in variables that differ from those in the file. Distribution takes them from its source code. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["EVENTCONFIG", "events"],
  ["FILECHECKERS", "file"],
  ["HTTPCHECKERS", "http"],
  ["MAILOPTIONS", "options"],
  ["TCPCHECKERS", "tcp"],
  ["TRUSTKEY", "signingkeyfile"],
]);

/** Returns the variables of distribution, sorted, so that a more specific variable is after a less specific one. */
export function variablesOf(environment: Environment): readonly Variable[] {
  const variables = Object.entries(environment).flatMap(([name, value = ""]): readonly Variable[] => {
    const rest = name.slice(prefix.length);
    if (!name.startsWith(prefix) || rest === "" || name === pathVariable || isOfKubernetes(rest, value)) return [];
    return [{ name, value, path: rest.split("_") as [string, ...string[]] }];
  });
  return variables.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns a warning for each variable that would change a setting, for a start without a file of distribution. */
export function warnOfVariables(environment: Environment): readonly Note[] {
  const known = variablesOf(environment).filter(
    ({ path }) => isUpperCase(path) && findKey(path.map(keyOf).join(".")) !== undefined,
  );
  const reason = "Lading reads it only with a configuration file of distribution (docs/migrate.md)";
  return known.map(({ name }): Note => ({ effect: "warning", message: `${name} has no effect: ${reason}` }));
}

/** Replaces the values that variables name, and returns notes about variables that cannot be used. */
export function applyVariables(root: Branch, variables: readonly Variable[]): readonly Note[] {
  return variables.flatMap((variable) => applyVariable(root, variable));
}

function applyVariable(root: Branch, variable: Variable): readonly Note[] {
  const { name, value, path } = variable;
  if (!namesIn("")!.includes(keyOf(path[0]))) return [ignored(name, "distribution has no such key")];
  if (!isUpperCase(path)) return [ignored(name, "distribution reads only variables in upper case")];
  const parsed = parse(value);
  if (!parsed) return [{ effect: "wrong", message: `${name} must be valid YAML` }];
  place(root, variable, parsed.value);
  return repeatedIn(name, value);
}

function ignored(name: string, reason: string): Note {
  return { effect: "warning", message: `${shownName(name)} has no effect: ${reason}` };
}

/** Returns a note for each key that occurs twice in a value, which is valid YAML. */
function repeatedIn(name: string, value: string): readonly Note[] {
  const mistakes = new Mistakes(name);
  treeOf(parseYaml(value, name), mistakes);
  return mistakes.messages.map((message) => ({ effect: "wrong", message }));
}

/** Puts the value of a variable in its place, and creates the mappings and lists that the place needs. */
function place(root: Branch, { name, path }: Variable, value: unknown): void {
  let branch = root;
  for (const [index, part] of path.slice(0, -1).entries()) {
    const isList = /^\d+$/.test(path[index + 1]!);
    branch = branchIn(branch, part, { place: name, isList, entries: new Map() });
  }
  branch.entries.set(nameIn(branch, path.at(-1)!), withPlace(value, name));
}

/** Returns whether distribution reads a variable: only names of headers may be in lower case. */
function isUpperCase([first, second, ...rest]: Variable["path"]): boolean {
  const name = [first, second, ...(first === "HTTP" && second === "HEADERS" ? [] : rest)].join("");
  return name === name.toUpperCase();
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parseValue(text) };
  } catch {
    return undefined;
  }
}

function keyOf(part: string): string {
  return otherNames.get(part) ?? part.toLowerCase();
}

/** Returns the mapping or list with this name. If there is none, it becomes a copy of a word in its place, or the new one. */
function branchIn(branch: Branch, part: string, created: Branch): Branch {
  const name = nameIn(branch, part);
  const present = branch.entries.get(name);
  const below = isBranch(present) ? present : { ...created, ...(hasWord(present) && entriesOf(present)) };
  branch.entries.set(name, below);
  return below;
}

/** Returns the entries that a word becomes. The mapping is the work of the variable, and has its place. */
function entriesOf(word: Node): Pick<Branch, "isList" | "entries"> {
  const { isList, entries } = asMapping(word)!;
  return { isList, entries };
}

function hasWord(node: Node | undefined): node is Node {
  return node !== undefined && !isBranch(node) && typeof node.value === "string";
}

/** Returns the name in a mapping that a part of a variable means. */
function nameIn({ entries }: Branch, part: string): string {
  return [...entries.keys()].find((name) => name.toUpperCase() === part.toUpperCase()) ?? keyOf(part);
}
