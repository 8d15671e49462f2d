import type { Effect, FileConfiguration } from "../file/file-settings.ts";
import { groups } from "../settings.ts";
import type { SettingGroup } from "../settings/setting.ts";
import { printable } from "../../base/shown-text.ts";
import { commentLines, yamlOf } from "./example.ts";

const titles: readonly (readonly [effect: Effect, title: string])[] = [
  ["unsupported", "Not supported, and not in this file:"],
  ["none", "Not needed, and not in this file:"],
  ["warning", "Other variables:"],
];

/** Returns the configuration file in Lading's format that has the settings of another file. */
export function convertedDocument(path: string, file: FileConfiguration): string {
  const head = commentLines(`Made from ${printable(path)} by 'lading config convert'.`, "");
  const parts = [
    head,
    ...titles.map((title) => noteLines(file, ...title)),
    ...groups.map((group) => groupLines(group, file)),
    file.otherStorage === undefined ? [] : missingDirectoryLines,
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** The value is absent, which is a mistake, so that a start asks for it. */
const missingDirectoryLines: readonly string[] = ["storage:", "  # Name an empty directory here.", "  data:"];

function noteLines({ notes }: FileConfiguration, effect: Effect, title: string): readonly string[] {
  const lines = notes.filter((note) => note.effect === effect).map(({ message }) => `# - ${printable(message)}`);
  return lines.length === 0 ? [] : [`# ${title}`, ...lines];
}

function groupLines({ name, settings }: SettingGroup, file: FileConfiguration): readonly string[] {
  const lines = Object.values(settings).flatMap((setting) => {
    const found = file.settings.get(setting.key);
    if (!found) return [];
    return [`  # ${printable(`${found.name} (${found.place})`)}`, `  ${setting.key}: ${yamlOf(setting, found.text)}`];
  });
  return lines.length === 0 ? [] : [`${name}:`, ...lines];
}
