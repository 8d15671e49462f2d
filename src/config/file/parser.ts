import { nearestName } from "../../base/nearest-name.ts";
import { shownName } from "../../base/shown-text.ts";
import { meantBy, places } from "../setting-names.ts";
import { groups } from "../settings.ts";
import type { Setting, SettingGroup } from "../settings/setting.ts";
import { hasSameKeys, isMapping, shown, type YamlDocument } from "./document.ts";
import type { FileSetting, FileSettings } from "./file-settings.ts";
import { Mistakes } from "./mistakes.ts";
import type { KeyLine } from "./yaml-lines.ts";
import { textOf, type ValueMistake } from "./yaml-value.ts";

/** Reads the settings of a file in Lading's format. Throws a SettingError with all mistakes of the file. */
export function parseSettings(document: YamlDocument): FileSettings {
  return new SettingsReader(document).read();
}

/** Reads the settings of one file, and collects its mistakes. */
class SettingsReader {
  readonly #document: YamlDocument;
  readonly #found = new Map<string, FileSetting>();
  readonly #mistakes: Mistakes;

  constructor(document: YamlDocument) {
    this.#document = document;
    this.#mistakes = new Mistakes(document.path);
  }

  read(): FileSettings {
    if (this.#document.root !== null) this.#readGroups(this.#document.root);
    this.#mistakes.throwAny();
    return this.#found;
  }

  #readGroups(root: unknown): void {
    const { keys, firstLine, isSeveral } = this.#document;
    if (!isMapping(root)) {
      const wrong = isSeveral ? "the file has several YAML documents" : `the file is ${shown(root)}`;
      this.#mistakes.add(firstLine, `${wrong}; it must be one mapping of groups, such as "${groups[0]!.name}:"`);
      return;
    }
    if (!hasSameKeys(root, keys)) {
      this.#mistakes.add(
        firstLine,
        `write each group on its own line without indentation, such as "${groups[0]!.name}:"`,
      );
      return;
    }
    for (const group of this.#mistakes.withoutRepeated(keys, "")) this.#readGroup(group, root[group.key]);
  }

  #readGroup({ key: name, line, inline, keys }: KeyLine, value: unknown): void {
    const group = groups.find((one) => one.name === name);
    if (!group) {
      this.#mistakes.add(line, unknownGroup(name));
      return;
    }
    // All settings of the group may be comments.
    if (value === null) return;
    if (!isMapping(value)) {
      const [{ key, default: text, example }] = Object.values(group.settings) as [Setting<unknown>];
      this.#mistakes.add(
        line,
        `${name} is ${shown(value)}; it must be a mapping of settings, such as "${key}: ${text ?? example}"`,
      );
      return;
    }
    if (inline || !hasSameKeys(value, keys)) {
      this.#mistakes.add(line, `${name}: write each setting on its own line below its group, as "name: value"`);
      return;
    }
    for (const key of this.#mistakes.withoutRepeated(keys, `${name}.`)) this.#readSetting(group, key, value[key.key]);
  }

  #readSetting(group: SettingGroup, { key, line, items }: KeyLine, value: unknown): void {
    const setting = Object.values(group.settings).find((one) => one.key === key);
    if (!setting) {
      this.#mistakes.add(line, unknownSetting(group, key));
      return;
    }
    const result = textOf(setting, value);
    if ("text" in result) {
      this.#found.set(key, { text: result.text, place: `${this.#document.path}:${line}` });
      return;
    }
    for (const mistake of result.mistakes) {
      this.#mistakes.add(lineOfItem(mistake, value, items) ?? line, `${group.name}.${key}${mistake.mistake}`);
    }
  }
}

/** Returns the line of the wrong item of a list. The lines are of use only if there is one for each item. */
function lineOfItem({ item }: ValueMistake, list: unknown, lines: readonly number[]): number | undefined {
  return item !== undefined && Array.isArray(list) && list.length === lines.length ? lines[item] : undefined;
}

function unknownGroup(name: string): string {
  const wrong = `there is no group ${shownName(name)}`;
  const meant = nearestName(
    name,
    groups.map((group) => group.name),
  );
  if (meant !== undefined) return `${wrong}; did you mean ${meant}?`;
  const setting = placeOf(name);
  if (setting !== undefined) return `${wrong}; did you mean the setting ${setting}?`;
  return `${wrong}; the groups are ${groups.map((group) => group.name).join(", ")}`;
}

function unknownSetting(group: SettingGroup, key: string): string {
  const wrong = `there is no setting ${group.name}.${shownName(key)}`;
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
