import { commands, type Command } from "./commands.ts";

/** Returns the page of all commands, generated from their table. */
export function commandsDocument(): string {
  return [
    "<!-- Made from the table in src/cli/commands.ts by 'npm run docs'; change it there. -->",
    "# Commands",
    "This page lists all commands with their flags and exit codes. `lading` means the executable that `npm run build` makes, or `node_modules/.bin/bun src/cli/main.ts` in a checkout. If a command fails, it prints the reason in one line on standard error.",
    ...Object.entries(commands).map(([name, command]) => section(name, command)),
    "",
  ].join("\n\n");
}

function section(name: string, { usage, summary, doc, flags, exits }: Command): string {
  const flagLines = flags.map(
    ({ usage: flag, doc: meaning, default: value }) =>
      `- \`${flag}\`: ${meaning}${value === undefined ? "" : ` Default: ${value}.`}`,
  );
  const exitLines = Object.entries(exits).map(([code, meaning]) => `- ${code}: ${meaning}`);
  return [
    `## ${name}`,
    `\`lading ${usage}\` ${summary}.`,
    ...doc,
    ...(flagLines.length > 0 ? [flagLines.join("\n")] : []),
    `Exit codes:\n\n${exitLines.join("\n")}`,
  ].join("\n\n");
}
