import { shownText } from "../../base/shown-text.ts";
import { configLimits } from "../limits.ts";
import { SettingError } from "../setting-error.ts";
import { describeFault } from "./yaml-fault.ts";
import { repeatedFlowKeys, type RepeatedKey } from "./flow-keys.ts";
import { findKeys, hasContent, linesOf, type KeyLine } from "./yaml-lines.ts";

/** A mapping of YAML. */
export type Mapping = Readonly<Record<string, unknown>>;

/** The text of a configuration file, parsed as YAML, with the lines of its keys. */
export interface YamlDocument {
  /** The path of the file, for messages. */
  readonly path: string;
  /** The value of the file; null if it has only comments. */
  readonly root: unknown;
  readonly keys: readonly KeyLine[];
  /** The keys that occur twice in a mapping in flow style. */
  readonly repeated: readonly RepeatedKey[];
  /** The number of the first line with content. */
  readonly firstLine: number;
  /** Whether the file has several YAML documents. The root is then a list of them. */
  readonly isSeveral: boolean;
}

/** Parses the text of a configuration file. Throws a SettingError with the line if it is not YAML. */
export function parseYaml(text: string, path: string): YamlDocument {
  const lines = linesOf(text);
  const root = parse(lines, path);
  return {
    path,
    root,
    keys: findKeys(lines),
    repeated: repeatedFlowKeys(lines),
    firstLine: lines.findIndex((line) => hasContent(line)) + 1,
    isSeveral: Array.isArray(root) && lines.some((line, index) => isSeparator(line) && hasDocument(lines, index)),
  };
}

function isSeparator(line: string): boolean {
  return /^---(?:\s|$)/.test(line);
}

/** Returns whether there is a document before a line, and not only comments and directives. */
function hasDocument(lines: readonly string[], end: number): boolean {
  return lines.slice(0, end).some((line) => hasContent(line) && !line.startsWith("%"));
}

/** Parses a text as YAML. Throws a RangeError if the value has too many levels or too many values. */
export function parseValue(text: string): unknown {
  const root = Bun.YAML.parse(text);
  refuseExcess(root);
  return root;
}

/** An alias repeats a value without a limit, and may even be inside of the value that it repeats. */
function refuseExcess(root: unknown): void {
  let [levels, count] = [0, 0];
  for (let level = [root]; level.length > 0; levels += 1) {
    const below: unknown[][] = [];
    for (const value of level) {
      const values = typeof value === "object" && value !== null ? Object.values(value) : [];
      below.push(values);
      count += values.length;
      if (count > configLimits.values || levels > configLimits.nestingLevels) throw new RangeError();
    }
    level = below.flat();
  }
}

function parse(lines: readonly string[], path: string): unknown {
  try {
    return parseValue(lines.join("\n"));
  } catch (error) {
    if (error instanceof RangeError) {
      const most = `${configLimits.nestingLevels} levels of nesting`;
      throw new SettingError(`${path}: the file has more than ${most}, or too many aliases`);
    }
    const { line, reason } = describeFault(lines, error as Error);
    throw new SettingError(`${path}:${line}: the file is not valid YAML here: ${reason}`);
  }
}

/** Returns whether a value is a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns whether the scan of lines has found exactly the keys of a parsed mapping. */
export function hasSameKeys(parsed: Mapping, lines: readonly KeyLine[]): boolean {
  const found = new Set(lines.map(({ key }) => key));
  const keys = Object.keys(parsed);
  return keys.length === found.size && keys.every((key) => found.has(key));
}

/** Returns a value as a message shows it. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isMapping(value)) return "a mapping";
  return typeof value === "string" ? shownText(value) : String(value);
}
