import { environmentName, settings } from "./settings.ts";

/** Returns the page of all settings, generated from their table. */
export function settingsDocument(): string {
  const entries = Object.values(settings).map(({ key, form, doc, default: value }) =>
    [
      `## ${key}`,
      doc,
      `- Flag: \`--${key} <${form}>\`\n- Environment: \`${environmentName(key)}\`\n- Default: ${value === null ? "none" : `\`${value}\``}`,
    ].join("\n\n"),
  );
  return [
    "<!-- Made from the table in src/config/settings.ts by 'npm run docs'; change it there. -->",
    "# Settings",
    "This page lists all settings of `lading serve`. A flag overrides the environment variable, and both override the default. If a flag occurs twice, the last one counts. If a value is not valid, Lading prints one line that names the setting, and exits with code 2.",
    ...entries,
    "",
  ].join("\n\n");
}
