import { environmentName, settings } from "./settings.ts";

/** The manual of the settings, made from their table. */
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
    "A flag wins over the environment, the environment over the default. A setting that cannot be read stops the start with one line that names it; the exit code is then 2.",
    ...entries,
    "",
  ].join("\n\n");
}
