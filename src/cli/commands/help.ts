import { commands, isCommand, type Command, type Flag } from "../commands.ts";
import { failUnknown } from "../output.ts";

/** Prints the help of all commands, or of one command. */
export async function help([name]: readonly string[]): Promise<number> {
  if (name !== undefined && !isCommand(name)) return failUnknown(name);
  process.stdout.write(name === undefined ? overview() : pageOf(commands[name]));
  return 0;
}

function overview(): string {
  const all: readonly Command[] = Object.values(commands);
  const width = Math.max(...all.map(({ usage }) => usage.length));
  const lines = all.map(({ usage, summary }) => `  lading ${usage.padEnd(width)}  ${summary}\n`);
  const flags = flagsText(
    "Flags of serve, each with the environment variable that has the same effect",
    commands.serve,
  );
  return ["lading: a registry for container images and every other OCI artifact\n", lines.join(""), flags].join("\n");
}

function pageOf(command: Command): string {
  const exits = Object.entries(command.exits).map(([code, meaning]) => `  ${code}  ${meaning}\n`);
  return [
    `lading ${command.usage}\n    ${command.summary}\n`,
    ...command.doc.map((paragraph) => `${paragraph}\n`),
    ...(command.flags.length > 0 ? [flagsText("Flags", command)] : []),
    `Exit codes:\n\n${exits.join("")}`,
  ].join("\n");
}

function flagsText(title: string, { flags }: Command): string {
  return `${title}:\n\n${flags.map(flagText).join("\n")}`;
}

function flagText({ usage, doc, variable, default: value }: Flag): string {
  const head = variable === undefined ? usage : `${usage}    ${variable}`;
  return `  ${head}\n      ${doc}\n${value === undefined ? "" : `      Default: ${value}\n`}`;
}
