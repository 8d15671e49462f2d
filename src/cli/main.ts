import { isCommand, type CommandName } from "./commands.ts";
import { benchCommand } from "./commands/bench.ts";
import { convertCommand } from "./commands/convert.ts";
import { help } from "./commands/help.ts";
import { keys } from "./commands/keys.ts";
import { serveCommand } from "./commands/serve.ts";
import { version } from "./commands/version.ts";
import { failUnknown } from "./output.ts";
import { isWorker, work } from "../serve/worker.ts";

/** Each takes what stands after its name, and resolves to the exit code. */
const runs: Readonly<Record<CommandName, (parameters: readonly string[]) => Promise<number>>> = {
  serve: serveCommand,
  convert: convertCommand,
  bench: benchCommand,
  keys,
  help,
  version,
};

const aliases: Readonly<Record<string, string>> = { "--help": "help", "-h": "help", "--version": "version" };

// Who pipes into `head` has read enough; the shell expects this code of a program that a broken pipe ended.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 141 : 1));

const [first = "help", ...parameters] = process.argv.slice(2);
const name = aliases[first] ?? first;
if (isWorker(first)) process.exit(await work());
const asksForHelp = parameters.some((parameter) => aliases[parameter] === "help");

if (!isCommand(name)) process.exit(failUnknown(first));
process.exit(await (asksForHelp ? help([name]) : runs[name](parameters)));
