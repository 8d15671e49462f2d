/** Converts values of distribution's configuration to the texts that Lading's settings accept. */
import type { Reading } from "./key.ts";

/** Other words for true and false in YAML 1.1, which distribution reads. The parser of the runtime reads YAML 1.2. */
const trueWords = /^(?:y|yes|on)$/i;
const falseWords = /^(?:n|no|off)$/i;

/** Returns whether a value switches something on. */
export function isOn(value: unknown): boolean {
  return value === true || (typeof value === "string" && trueWords.test(value));
}

/** Reads true or false as `on` or `off`. */
export function readSwitch(value: unknown): Reading {
  if (isOn(value)) return { text: "on" };
  const isOff = value === false || (typeof value === "string" && falseWords.test(value));
  return isOff ? { text: "off" } : { mustBe: "true or false" };
}

/** Reads a text without a change. */
export function readText(value: unknown): Reading | undefined {
  return typeof value === "string" ? { text: value } : undefined;
}

/** Reads a list of texts as a text with commas. */
export function readList(value: unknown): Reading | undefined {
  const items = [value].flat();
  return items.every((item) => typeof item === "string") ? { text: items.join(",") } : undefined;
}

/** Returns a function that reads one of a few words, in any letter case. */
export function readWord(readings: Readonly<Record<string, Reading>>): (value: unknown) => Reading {
  const byWord = new Map(Object.entries(readings));
  const words = [...byWord.keys()];
  const mustBe = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return (value) => {
    const reading = typeof value === "string" ? byWord.get(value.toLowerCase()) : undefined;
    return reading ?? { mustBe };
  };
}

/** Returns whether an item of a list is not disabled. Endpoints, hooks and middleware can be. */
export function hasEnabledItem(list: unknown): boolean {
  return [list].flat().some((item) => !isOn((item as { readonly disabled?: unknown } | null)?.disabled));
}
