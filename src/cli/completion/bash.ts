import { completableCommands, type CompletableCommand, type CompletableFlag } from "./completable.ts";

/** Returns the completion for bash. It also works with the bash 3.2 of macOS, and without the package bash-completion. */
export function bashCompletion(): string {
  const commands = completableCommands();
  return `# Completion of lading for bash, as 'lading completion bash' prints it.
_lading() {
  local IFS=$'\\n' word=\${COMP_WORDS[COMP_CWORD]} place= words=
  ((COMP_CWORD > 1)) && place="\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD - 1]}"
  case $place in
    '') ${wordsOf(commands.map(({ name }) => name))} ;;
${commands.flatMap(casesOf).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _lading lading
`;
}

/** Returns the cases of a command: the flags that need a value, then everything else. */
function casesOf({ name, flags, words }: CompletableCommand): string[] {
  const withValue = flags.filter(({ value }) => value !== undefined);
  return [
    ...withValue.map((flag) => `    '${name} ${flag.name}') ${actionOf(flag)} ;;`),
    `    '${name} '*) ${wordsOf([...words, ...flags.map((flag) => flag.name)])} ;;`,
  ];
}

function actionOf({ value = "text" }: CompletableFlag): string {
  if (value === "text") return "return";
  if (typeof value === "object") return wordsOf(value);
  const paths = value === "file" ? "-f" : "-d";
  return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen ${paths} -- "$word")); return`;
}

/** The words are separated by line breaks, because `IFS` is a line break: paths may contain spaces. */
function wordsOf(words: readonly string[]): string {
  return `words=$'${words.join("\\n")}'`;
}
