import { jsonOf } from "./schema.ts";
import { groups } from "../settings.ts";
import type { Setting, SettingGroup } from "../settings/setting.ts";

const lineCharacters = 118;

/** Returns a configuration file with all settings as comments, generated from the table of settings. */
export function exampleDocument(): string {
  const head = [
    "# yaml-language-server: $schema=config.schema.json",
    "# Made from the tables in src/config/settings by 'npm run docs'; change it there.",
    ...commentLines(
      "All settings of Lading with their defaults. To change a setting, remove the # before its name. Use the file with `lading serve --config FILE`, and check it with `lading config check --config FILE`.",
      "",
    ),
  ];
  return `${[head, ...groups.map(groupLines)].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function groupLines({ name, doc, settings }: SettingGroup): string[] {
  const lines = Object.values(settings).map((setting) => settingLines(setting).join("\n"));
  return [...commentLines(doc, ""), `${name}:`, lines.join("\n\n")];
}

function settingLines(setting: Setting<unknown>): string[] {
  const { key, doc, default: value, example } = setting;
  const note = value === null ? " Default: none. The line below is an example." : "";
  return [...commentLines(`${doc}${note}`, "  "), `  #${key}: ${yamlOf(setting, (value ?? example)!)}`];
}

/** Returns a value as YAML. JSON is YAML too, and only a text that YAML reads as itself needs no quotes. */
export function yamlOf(setting: Setting<unknown>, value: string): string {
  const json = jsonOf(setting, value);
  const isPlain = typeof json === "string" && /^[\w./][\w./: -]*\w$/.test(json) && Bun.YAML.parse(json) === json;
  return isPlain ? json : JSON.stringify(json).replaceAll('","', '", "');
}

/** Returns a text as comment lines of limited length. */
export function commentLines(text: string, indentation: string): string[] {
  const lines: string[] = [];
  let line = `${indentation}#`;
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > lineCharacters) {
      lines.push(line);
      line = `${indentation}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
