import type { Setting } from "../settings/setting.ts";
import { shown } from "./document.ts";

/** The text of a value, or what is wrong with it: words that follow the name of the setting. */
export type ValueText =
  | { readonly text: string }
  | {
      readonly mistake: string;
      /** The index of the wrong item of a list. */
      readonly item?: number;
    };

/** Returns the value of a setting in a YAML file as the text that its flag accepts. */
export function textOf(setting: Setting<unknown>, value: unknown): ValueText {
  if (value === null || value === undefined) return { mistake: " has no value; add one, or remove the line" };
  if (Array.isArray(value))
    return setting.value.kind === "list" ? textOfList(setting, value) : wrong(setting, "a list");
  if (typeof value === "object") return wrong(setting, "a mapping");
  const text = textOfScalar(setting, value);
  if (text !== undefined && setting.parse(text) !== undefined) return { text };
  if (isOnlyUnquoted(setting, value)) return { mistake: ` is ${shown(value)}; put the value in quotes` };
  if (isOnlyQuoted(setting, value)) return { mistake: ` is ${shown(value)}; write the number without quotes` };
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
  if (items.length === 0) return { mistake: " is an empty list; add an item, or remove the line" };
  // A comma would make two items of one.
  const item = items.findIndex(
    (one) => typeof one !== "string" || one.includes(",") || setting.parse(one) === undefined,
  );
  if (item === -1) return { text: items.join(",") };
  return { ...wrong(setting, shown(items[item]), `, item ${item + 1}`), item };
}

function wrong(setting: Setting<unknown>, value: string, which = ""): { readonly mistake: string } {
  return { mistake: `${which} is ${value}; it must be ${expected(setting)}` };
}

/** Forms that are a noun and need an article. The other forms are patterns. */
const nouns: ReadonlySet<string> = new Set(["directory", "path"]);

/** Returns the accepted values of a setting, for messages with `it must be`. */
export function expected(setting: Setting<unknown>): string {
  const { form, accepts, example = setting.default } = setting;
  return accepts ?? `${nouns.has(form) ? `a ${form}` : form}, such as ${example}`;
}
