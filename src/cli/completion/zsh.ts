import { completableCommands, type CompletableCommand, type CompletableFlag } from "./completable.ts";

/** Returns the completion for zsh. It works as a file in `fpath`, and if a shell loads the text. */
export function zshCompletion(): string {
  const commands = completableCommands();
  const summaries = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`);
  return `#compdef lading
# Completion of lading for zsh, as 'lading completion zsh' prints it.
_lading() {
  local -a commands
  commands=(
${summaries.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${commands.map(caseOf).join("\n")}
  esac
}
if [ "$funcstack[1]" = _lading ]; then
  _lading "$@"
else
  compdef _lading lading
fi
`;
}

function caseOf({ name, flags, words }: CompletableCommand): string {
  const specifications = flags.map(specificationOf);
  if (words.length > 0) specifications.unshift(quote(`1:word:(${words.join(" ")})`));
  const lines = specifications.map((one) => ` \\\n        ${one}`);
  return `    ${name})\n      _arguments${lines.join("")}\n      ;;`;
}

function specificationOf({ name, summary, value }: CompletableFlag): string {
  const description = `${name}[${summary.replaceAll(/[[\]\\:]/g, String.raw`\$&`)}]`;
  return quote(value === undefined ? description : `${description}:value:${actionOf(value)}`);
}

function actionOf(value: NonNullable<CompletableFlag["value"]>): string {
  if (typeof value === "object") return `(${value.join(" ")})`;
  return { file: "_files", directory: "_files -/", text: " " }[value];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
