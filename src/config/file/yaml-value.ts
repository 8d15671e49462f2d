import type { Setting } from "../settings/setting.ts";
import { shown } from "./document.ts";

/** What is wrong with a value: words that follow the name of the setting. */
export interface ValueMistake {
  readonly mistake: string;
  /** The index of the wrong item of a list. */
  readonly item?: number;
}

/** The text of a value, or what is wrong with it. */
export type ValueText = { readonly text: string } | { readonly mistakes: readonly ValueMistake[] };

/** Returns the value of a setting in a YAML file as the text that its flag accepts. */
export function textOf(setting: Setting<unknown>, value: unknown): ValueText {
  if (value === null || value === undefined) return mistaken(" has no value; add one, or remove the line");
  if (Array.isArray(value))
    return setting.value.kind === "list" ? textOfList(setting, value) : wrong(setting, "a list");
  if (typeof value === "object") return wrong(setting, "a mapping");
  const text = textOfScalar(setting, value);
  if (text !== undefined && setting.parse(text) !== undefined) return { text };
  if (isOnlyUnquoted(setting, value)) return mistaken(` is ${shown(value)}; put the value in quotes`);
  if (isOnlyQuoted(setting, value)) return mistaken(` is ${shown(value)}; write the number without quotes`);
  return wrong(setting, shown(value));
}

function textOfScalar({ value: { kind } }: Setting<unknown>, value: unknown): string | undefined {
  if (kind === "switch" && typeof value === "boolean") return value ? "on" : "off";
  if (kind === "number") return typeof value === "number" || isWord(value) ? String(value) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** A number in quotes is a text in YAML, and not a number. */
function isWord(value: unknown): boolean {
  return typeof value === "string" && !/^[\d.+-]/.test(value);
}

/** Returns whether the value would be valid as a text, but YAML reads it as a number or as true or false. */
function isOnlyUnquoted({ value: { kind }, parse }: Setting<unknown>, value: unknown): boolean {
  return kind === "text" && typeof value !== "string" && parse(String(value)) !== undefined;
}

/** Returns whether the value would be a valid number without its quotes. */
function isOnlyQuoted({ value: { kind }, parse }: Setting<unknown>, value: unknown): boolean {
  return kind === "number" && typeof value === "string" && parse(value) !== undefined;
}

function textOfList(setting: Setting<unknown>, items: readonly unknown[]): ValueText {
  if (items.length === 0) return mistaken(" is an empty list; add an item, or remove the line");
  const mistakes = items.flatMap((one, item): readonly ValueMistake[] => {
    // A comma would make two items of one.
    if (typeof one === "string" && !one.includes(",") && setting.parse(one) !== undefined) return [];
    return [{ mistake: `, item ${item + 1} is ${shown(one)}; it must be ${expected(setting)}`, item }];
  });
  return mistakes.length === 0 ? { text: items.join(",") } : { mistakes };
}

function wrong(setting: Setting<unknown>, value: string): ValueText {
  return mistaken(` is ${value}; it must be ${expected(setting)}`);
}

function mistaken(mistake: string): ValueText {
  return { mistakes: [{ mistake }] };
}

/** Forms that are a noun and need an article. The other forms are patterns. */
const nouns: ReadonlySet<string> = new Set(["directory", "path"]);

/** Returns the accepted values of a setting, for messages with `it must be`. */
export function expected(setting: Setting<unknown>): string {
  const { form, accepts, example = setting.default } = setting;
  return accepts ?? `${nouns.has(form) ? `a ${form}` : form}, such as ${example}`;
}
