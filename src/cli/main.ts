import { help } from "./commands/help.ts";
import { keys } from "./commands/keys.ts";
import { serveCommand } from "./commands/serve.ts";
import { version } from "./commands/version.ts";

/** Each takes its flags and resolves to the exit code. */
const commands: Readonly<Record<string, (flags: readonly string[]) => Promise<number>>> = {
  serve: serveCommand,
  keys,
  help,
  version,
};

const aliases: Readonly<Record<string, string>> = { "--help": "help", "-h": "help", "--version": "version" };

const [verb = "help", ...flags] = process.argv.slice(2);
const asked = flags.some((flag) => aliases[flag] === "help") ? "help" : (aliases[verb] ?? verb);
const command = Object.hasOwn(commands, asked) ? commands[asked] : undefined;

if (command) {
  process.exit(await command(flags));
} else {
  process.stderr.write(`lading: there is no command ${JSON.stringify(verb)}; 'lading help' lists them\n`);
  process.exit(2);
}
