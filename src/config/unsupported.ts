/** What happens with keys of distribution's configuration that Lading does not support. */
import { shownText } from "../base/shown-text.ts";
import { ignoreUnsupportedFlag } from "./configuration-flag.ts";
import type { Note } from "./file/file-settings.ts";
import { SettingError } from "./setting-error.ts";
import { environmentName } from "./settings.ts";

type Texts = Readonly<Record<string, string | undefined>>;

/** Returns the messages that refuse a start: about wrong values, and about unsupported keys unless they are ignored. */
export function refusedBy(notes: readonly Note[], ignores: boolean): readonly string[] {
  const unsupported = ignores ? [] : notes.filter(({ effect }) => effect === "unsupported");
  const refused = notes.filter((note) => note.effect === "wrong" || unsupported.includes(note));
  const messages = refused.map(({ message }) => message);
  return unsupported.length === 0 ? messages : [...messages, adviceFor(unsupported.length)];
}

function adviceFor(count: number): string {
  return `${count} ${count === 1 ? "key is" : "keys are"} not supported; --${ignoreUnsupportedFlag.key} starts without ${count === 1 ? "it" : "them"}`;
}

/** Returns whether the flag or the variable says to ignore unsupported keys. Throws a SettingError if its value is wrong. */
export function ignoresUnsupported(flags: Texts, environment: Texts): boolean {
  const { key, parse, accepts } = ignoreUnsupportedFlag;
  const variable = environmentName(key);
  const [text, origin] = flags[key] === undefined ? [environment[variable], variable] : [flags[key], `--${key}`];
  if (text === undefined) return false;
  const ignores = parse(text);
  if (ignores === undefined) throw new SettingError(`${origin} is ${shownText(text)}; it must be ${accepts}`);
  return ignores;
}
