/** What a shell can complete, read from the table of commands. */
import { commands, type Command, type Flag } from "../commands.ts";

/** The value of a flag: one of these words, a path, or a text that only the user knows. */
export type Completable = readonly string[] | "file" | "directory" | "text";

/** A flag for the completion. */
export interface CompletableFlag {
  /** The flag, such as `--listen`. */
  readonly name: string;
  /** The first sentence of the description, without its full stop. */
  readonly summary: string;
  /** The value; undefined for a flag without one. */
  readonly value: Completable | undefined;
}

/** A command for the completion. */
export interface CompletableCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletableFlag[];
  /** The words that can follow the name. */
  readonly words: readonly string[];
}

/** Returns all commands with their flags. */
export function completableCommands(): CompletableCommand[] {
  const names = Object.keys(commands);
  return Object.entries<Command>(commands).map(([name, { summary, flags, words = [] }]) => ({
    name,
    summary,
    flags: flags.map(flagOf),
    words: name === "help" ? names : words,
  }));
}

function flagOf(flag: Flag): CompletableFlag {
  const [name = "", placeholder] = flag.usage.split(/ (.*)/s);
  const summary = flag.doc.split(/\.(?:\s|$)/)[0]!.replaceAll("`", "");
  return { name, summary, value: placeholder === undefined ? undefined : valueOf(flag, placeholder) };
}

function valueOf({ values = [] }: Flag, placeholder: string): Completable {
  if (values.length > 0) return values;
  if (/\bfile\b/i.test(placeholder)) return "file";
  return /\bdirectory\b/i.test(placeholder) ? "directory" : "text";
}
