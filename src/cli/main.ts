import { isCommand, type CommandName } from "./commands.ts";
import { benchCommand } from "./commands/bench.ts";
import { completionCommand } from "./commands/completion.ts";
import { configCommand } from "./commands/config.ts";
import { convertCommand } from "./commands/convert.ts";
import { healthCommand } from "./commands/health.ts";
import { help } from "./commands/help.ts";
import { keys } from "./commands/keys.ts";
import { serveCommand } from "./commands/serve.ts";
import { version } from "./commands/version.ts";
import { failUnknown, surviveReaders } from "./output.ts";
import { isWorker } from "../server/cluster/worker-command.ts";
import { work } from "../server/cluster/worker.ts";

/** The implementation of each command. It gets the parameters after the name, and resolves to the exit code. */
const runs: Readonly<Record<CommandName, (parameters: readonly string[]) => Promise<number>>> = {
  serve: serveCommand,
  convert: convertCommand,
  bench: benchCommand,
  config: configCommand,
  health: healthCommand,
  keys,
  completion: completionCommand,
  help,
  version,
};

const aliases: ReadonlyMap<string, string> = new Map([
  ["--help", "help"],
  ["-h", "help"],
  ["--version", "version"],
]);

const [first = "help", ...parameters] = process.argv.slice(2);
const name = aliases.get(first) ?? first;
const asksForHelp = parameters.some((parameter) => aliases.get(parameter) === "help");
surviveReaders(isWorker(first) || (name === "serve" && !asksForHelp));
if (isWorker(first)) process.exit(await work());

if (!isCommand(name)) process.exit(failUnknown(first));
process.exit(await (asksForHelp ? help([name]) : runs[name](parameters)));
