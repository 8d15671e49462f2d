import { configurationFlag, ignoreUnsupportedFlag } from "../configuration-flag.ts";
import { environmentName, groups } from "../settings.ts";
import type { Setting, SettingGroup } from "../settings/setting.ts";

/** Returns the page of all settings, generated from their table. */
export function settingsDocument(): string {
  return [
    "<!-- Made from the tables in src/config/settings by 'npm run docs'; change it there. -->",
    "# Settings",
    "This page lists all settings of `lading serve`. A flag overrides the environment variable. Both override the configuration file, and it overrides the default. If a flag occurs twice, the last one counts. If a value is not valid, Lading prints one line that names the setting, and exits with code 2. Lading also refuses environment variables that begin with `LADING_` and are not on this page, except for those that Kubernetes sets for a service called `lading`.",
    "`lading config check` prints all settings with their values and sources, or all mistakes.",
    ...fileSection(),
    ...distributionSection(),
    ...groups.flatMap(groupSection),
    "",
  ].join("\n\n");
}

function fileSection(): string[] {
  const { key, form, doc } = configurationFlag;
  return [
    "## Configuration file",
    doc,
    `- Flag: \`--${key} <${form}>\`\n- Environment: \`${environmentName(key)}\`\n- Default: none`,
    "[operations.md](operations.md#configuration-file) has an example. [lading.yml](lading.yml) is a file with all settings as comments, and [config.schema.json](config.schema.json) is its JSON Schema. Each setting is below its group, as in `network.listen`. A list can be a YAML list, or a text with commas. `true` and `false` mean `on` and `off`.",
  ];
}

function distributionSection(): string[] {
  const { key, doc } = ignoreUnsupportedFlag;
  return [
    "### Files of distribution",
    "[migrate.md](migrate.md#registry2-and-distribution-3) says what becomes of the keys and the variables of distribution.",
    doc,
    `- Flag: \`--${key}\`\n- Environment: \`${environmentName(key)}\`\n- Default: \`off\``,
  ];
}

function groupSection({ name, title, doc, settings }: SettingGroup): string[] {
  return [`## ${title}`, doc, ...Object.values(settings).map((setting) => settingSection(name, setting))];
}

function settingSection(group: string, { key, form, doc, default: value }: Setting<unknown>): string {
  return [
    `### ${key}`,
    doc,
    `- Flag: \`--${key} <${form}>\`\n- Environment: \`${environmentName(key)}\`\n- File: \`${group}.${key}\`\n- Default: ${value === null ? "none" : `\`${value}\``}`,
  ].join("\n\n");
}
