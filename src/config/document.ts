import { environmentName, groups } from "./settings.ts";
import type { Setting, SettingGroup } from "./settings/setting.ts";

/** Returns the page of all settings, generated from their table. */
export function settingsDocument(): string {
  return [
    "<!-- Made from the tables in src/config/settings by 'npm run docs'; change it there. -->",
    "# Settings",
    "This page lists all settings of `lading serve`. A flag overrides the environment variable, and both override the default. If a flag occurs twice, the last one counts. If a value is not valid, Lading prints one line that names the setting, and exits with code 2.",
    ...groups.flatMap(groupSection),
    "",
  ].join("\n\n");
}

function groupSection({ title, doc, settings }: SettingGroup): string[] {
  return [`## ${title}`, doc, ...Object.values(settings).map(settingSection)];
}

function settingSection({ key, form, doc, default: value }: Setting<unknown>): string {
  return [
    `### ${key}`,
    doc,
    `- Flag: \`--${key} <${form}>\`\n- Environment: \`${environmentName(key)}\`\n- Default: ${value === null ? "none" : `\`${value}\``}`,
  ].join("\n\n");
}
