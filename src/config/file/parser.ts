import { nearestName } from "../../base/nearest-name.ts";
import { SettingError } from "../setting-error.ts";
import { meantBy, places } from "../setting-names.ts";
import { groups } from "../settings.ts";
import type { Setting, SettingGroup } from "../settings/setting.ts";
import { describeFault } from "./yaml-fault.ts";
import { textOf } from "./yaml-value.ts";
import { findKeys, hasContent, linesOf, type GroupLine, type KeyLine } from "./yaml-lines.ts";

/** A setting in a configuration file. */
export interface FileSetting {
  /** The value as text, in the format that the flag accepts. */
  readonly text: string;
  /** The path of the file, and the line of the key. */
  readonly place: string;
}

/** The settings of a file, by their keys. */
export type FileSettings = ReadonlyMap<string, FileSetting>;

/** Parses the text of a configuration file. `path` is for messages only. */
export function parseConfiguration(text: string, path: string): FileSettings {
  return new ConfigurationParser(text, path).parse();
}

/** Parses the text of one file, and collects its mistakes. */
class ConfigurationParser {
  readonly #lines: readonly string[];
  readonly #path: string;
  readonly #found = new Map<string, FileSetting>();
  readonly #mistakes: { readonly line: number; readonly message: string }[] = [];

  constructor(text: string, path: string) {
    this.#lines = linesOf(text);
    this.#path = path;
  }

  parse(): FileSettings {
    const root = this.#parseYaml();
    if (root !== null && this.#mistakes.length === 0) this.#readGroups(root);
    if (this.#mistakes.length === 0) return this.#found;
    const inOrder = this.#mistakes.toSorted((a, b) => a.line - b.line);
    throw new SettingError(...inOrder.map(({ line, message }) => `${this.#path}:${line}: ${message}`));
  }

  #refuse(line: number, message: string): void {
    this.#mistakes.push({ line, message });
  }

  #parseYaml(): unknown {
    try {
      return Bun.YAML.parse(this.#lines.join("\n"));
    } catch (error) {
      const { line, reason } = describeFault(this.#lines, error as Error);
      this.#refuse(line, `the file is not valid YAML here: ${reason}`);
      return null;
    }
  }

  #readGroups(root: unknown): void {
    const first = this.#lines.findIndex((line) => hasContent(line)) + 1;
    if (!isMapping(root)) {
      const several = Array.isArray(root) && this.#lines.filter((line) => /^---(?:\s|$)/.test(line)).length > 1;
      const wrong = several ? "the file has several YAML documents" : `the file is ${describe(root)}`;
      this.#refuse(first, `${wrong}; it must be one mapping of groups, such as "${groups[0]!.name}:"`);
      return;
    }
    const lines = findKeys(this.#lines);
    if (!hasSameKeys(root, lines)) {
      this.#refuse(first, `write each group on its own line without indentation, such as "${groups[0]!.name}:"`);
      return;
    }
    for (const group of this.#withoutRepeated(lines, "")) this.#readGroup(group, root[group.key]);
  }

  /** Refuses keys that occur twice, and returns the others. */
  #withoutRepeated<Line extends KeyLine>(lines: readonly Line[], prefix: string): readonly Line[] {
    const firsts = new Map<string, number>();
    for (const { key, line } of lines) {
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, line);
      else this.#refuse(line, `${prefix}${key} occurs twice; the first is in line ${first}`);
    }
    return lines.filter(({ key }) => lines.filter((other) => other.key === key).length === 1);
  }

  #readGroup({ key: name, line, inline, settings: lines }: GroupLine, value: unknown): void {
    const group = groups.find((one) => one.name === name);
    if (!group) {
      this.#refuse(line, unknownGroup(name));
      return;
    }
    // All settings of the group may be comments.
    if (value === null) return;
    if (!isMapping(value)) {
      const [{ key, default: text, example }] = Object.values(group.settings) as [Setting<unknown>];
      this.#refuse(
        line,
        `${name} is ${describe(value)}; it must be a mapping of settings, such as "${key}: ${text ?? example}"`,
      );
      return;
    }
    if (inline || !hasSameKeys(value, lines)) {
      this.#refuse(line, `${name}: write each setting on its own line below its group, as "name: value"`);
      return;
    }
    for (const { key, line: at, items } of this.#withoutRepeated(lines, `${name}.`)) {
      const setting = Object.values(group.settings).find((one) => one.key === key);
      if (!setting) {
        this.#refuse(at, unknownSetting(group, key));
        continue;
      }
      const result = textOf(setting, value[key]);
      if ("text" in result) this.#found.set(key, { text: result.text, place: `${this.#path}:${at}` });
      else this.#refuse(lineOfItem(result, value[key], items) ?? at, `${name}.${key}${result.mistake}`);
    }
  }
}

/** Returns the line of the wrong item of a list. The lines are of use only if there is one for each item. */
function lineOfItem({ item }: { readonly item?: number }, list: unknown, lines: readonly number[]): number | undefined {
  return item !== undefined && Array.isArray(list) && list.length === lines.length ? lines[item] : undefined;
}

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function hasSameKeys(parsed: Mapping, lines: readonly KeyLine[]): boolean {
  const found = new Set(lines.map(({ key }) => key));
  const keys = Object.keys(parsed);
  return keys.length === found.size && keys.every((key) => found.has(key));
}

function unknownGroup(name: string): string {
  const meant = nearestName(
    name,
    groups.map((group) => group.name),
  );
  if (meant !== undefined) return `there is no group ${name}; did you mean ${meant}?`;
  const setting = placeOf(name);
  if (setting !== undefined) return `there is no group ${name}; did you mean the setting ${setting}?`;
  return `there is no group ${name}; the groups are ${groups.map((group) => group.name).join(", ")}`;
}

function unknownSetting(group: SettingGroup, key: string): string {
  const wrong = `there is no setting ${group.name}.${key}`;
  const name = key.replace(/^-+/, "");
  const near = meantBy(name, Object.values(group.settings));
  const meant = places.has(name) || near === undefined ? placeOf(name) : `${group.name}.${near}`;
  if (meant !== undefined) return `${wrong}; did you mean ${meant}?`;
  const keys = Object.values(group.settings).map((setting) => setting.key);
  return `${wrong}; the settings of ${group.name} are ${keys.join(", ")}`;
}

/** Returns the path of the setting that was probably meant, in whichever group it is. */
function placeOf(name: string): string | undefined {
  const place = places.get(meantBy(name) ?? "");
  return place && `${place.group.name}.${place.setting.key}`;
}
