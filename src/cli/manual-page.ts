import { commands, type Command, type Flag } from "./commands.ts";

/** Returns the manual page lading(1) in the language of man(7), generated from the table of commands. */
export function manualPage(version: string): string {
  const synopses = Object.values(commands).map(({ usage }) => `.B lading\n${escape(usage)}\n.br`);
  return [
    `.\\" Made from the table in src/cli/commands.ts.\n.TH LADING 1 "" "lading ${escape(version)}"`,
    `.SH NAME\nlading \\- registry for container images and every other OCI artifact`,
    `.SH SYNOPSIS\n${synopses.join("\n")}`,
    `.SH DESCRIPTION\n${roff("Lading is a container registry: Docker, Podman, containerd and other clients push images to it and pull images from it. It has no accounts: anyone who can reach its port can push, pull and delete.")}`,
    ".SH COMMANDS",
    ...Object.values(commands).map(section),
    `.SH FILES\n${Object.entries(files).map(paragraph).join("\n")}`,
    ".SH SEE ALSO\n.BR systemctl (1),\n.BR journalctl (1),\n.BR docker (1),\n.BR podman (1)",
    "",
  ].join("\n");
}

/** The files of the Debian package. */
const files = {
  "/etc/lading/lading.yml": "The configuration file of the service. Restart the service after a change.",
  "/var/lib/lading": "The data of the service.",
  "/usr/share/doc/lading/examples/lading.yml": "A configuration file with all settings as comments.",
} as const;

function section({ usage, summary, doc, flags, exits }: Command): string {
  const codes = Object.entries(exits).map(paragraph);
  return [
    `.SS "lading ${escape(usage)}"`,
    roff(`This command ${summary}.`),
    ...doc.map((text) => `.PP\n${roff(text)}`),
    ...flags.map(flagParagraph),
    `.PP\nExit codes:\n${codes.join("\n")}`,
  ].join("\n");
}

function flagParagraph({ usage, doc, variable, default: value }: Flag): string {
  const more = [value && `Default: ${value}.`, variable && `Environment variable: ${variable}.`];
  return paragraph([usage, [doc, ...more.filter(Boolean)].join(" ")]);
}

function paragraph([term, text]: readonly [string, string]): string {
  return `.TP\n.B ${escape(term)}\n${roff(text)}`;
}

/** Converts a text. Code in backticks becomes bold. */
function roff(text: string): string {
  return escape(text).replaceAll(/`([^`]*)`/g, String.raw`\fB$1\fP`);
}

function escape(text: string): string {
  return text
    .replaceAll("\\", String.raw`\e`)
    .replaceAll("-", String.raw`\-`)
    .replaceAll("~", String.raw`\(ti`)
    .replaceAll(/^(?=[.'])/gm, String.raw`\&`);
}
