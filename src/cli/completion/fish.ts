import { completableCommands, type CompletableCommand, type CompletableFlag } from "./completable.ts";

/** Returns the completion for fish. */
export function fishCompletion(): string {
  const commands = completableCommands();
  const names = commands.map(({ name, summary }) => complete("__fish_use_subcommand", `-a ${name}`, summary));
  return `# Completion of lading for fish, as 'lading completion fish' prints it.
complete -c lading -f
${[...names, ...commands.flatMap(linesOf)].join("\n")}
`;
}

function linesOf({ name, flags, words }: CompletableCommand): string[] {
  const condition = `__fish_seen_subcommand_from ${name}`;
  const unless = `${condition}; and not __fish_seen_subcommand_from ${words.join(" ")}`;
  return [
    // The names of commands are the words of 'help', so the name 'help' is one of them.
    ...(words.length > 0 ? [complete(name === "help" ? condition : unless, `-a ${quote(words.join(" "))}`)] : []),
    ...flags.map((flag) => complete(condition, `-l ${flag.name.slice(2)}${actionOf(flag)}`, flag.summary)),
  ];
}

function actionOf({ value }: CompletableFlag): string {
  if (value === undefined) return "";
  if (typeof value === "object") return ` -x -a ${quote(value.join(" "))}`;
  return { file: " -r -F", directory: " -x -a '(__fish_complete_directories)'", text: " -x" }[value];
}

function complete(condition: string, action: string, summary?: string): string {
  const description = summary === undefined ? "" : ` -d ${quote(summary)}`;
  return `complete -c lading -n ${quote(condition)} ${action}${description}`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
