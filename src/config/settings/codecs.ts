/** The formats of values that several settings have. */
import { configLimits } from "../limits.ts";
import type { Codec } from "./setting.ts";

/** A setting that is on or off. */
export const onOff = {
  form: "on | off",
  accepts: "on or off",
  value: { kind: "switch" },
  parse: (text) => (text === "on" ? true : text === "off" ? false : undefined),
} as const satisfies Codec<boolean>;

const bytesMost = 999_999_999_999;

/** A number of bytes. */
export const bytes = {
  form: "bytes",
  accepts: `a number of bytes from 0 to ${bytesMost}`,
  value: { kind: "number", least: 0, most: bytesMost },
  parse: (text) => (/^[0-9]{1,12}$/.test(text) ? Number(text) : undefined),
} as const satisfies Codec<number>;

/** Returns the format of a setting that is one of a few words. */
export function choice<const Word extends string>(words: readonly Word[]) {
  return {
    form: words.join(" | "),
    accepts: `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
    value: { kind: "choice", words },
    parse: (text: string) => words.find((word) => word === text),
  } as const satisfies Codec<Word>;
}

/** A setting that is the path of a file or a directory. The content of a file in its place is refused. */
export const path = {
  value: { kind: "text" },
  parse: (text) =>
    text.length > configLimits.pathCharacters || /^\s*$|\p{Cc}|^-----BEGIN/u.test(text) ? undefined : text,
} as const satisfies Omit<Codec<string>, "form">;
