/** Generates docs/limits.md from the files `limits.ts` of all parts of the source. */
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generatedFrom, markdownTable } from "../src/api/documents/markdown.ts";

const source = join(import.meta.dir, "..", "src");

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly text: string;
}

interface Part {
  /** The folder of the part. */
  readonly folder: string;
  readonly limits: readonly Limit[];
}

const parts: readonly Part[] = await Promise.all(
  [...new Glob("**/limits.ts").scanSync(source)].toSorted().map(async (file) => {
    const [values] = Object.values((await import(join(source, file))) as Record<string, Record<string, number>>);
    const texts = textsOf(readFileSync(join(source, file), "utf8"));
    const limits = Object.entries(values!).map(([name, value]) => ({ name, value, text: textOf(texts, file, name) }));
    return { folder: `src/${dirname(file)}`, limits };
  }),
);

/** Returns the doc comment of each limit, by the name of the limit. */
function textsOf(text: string): ReadonlyMap<string, string> {
  const entries = [...text.matchAll(/\/\*\*([^/]*(?:\/(?!\*)[^/]*)*?)\*\/\n\s+(\w+):/g)];
  return new Map(entries.map(([, comment, name]) => [name!, comment!.replaceAll(/\s*\n\s*\* ?/g, " ").trim()]));
}

function textOf(texts: ReadonlyMap<string, string>, file: string, name: string): string {
  const text = texts.get(name);
  if (text === undefined) throw new Error(`the limit ${name} in src/${file} has no doc comment`);
  return text;
}

/** Returns the page of all limits. */
export function limitsDocument(): string {
  const sections = parts.map(({ folder, limits }) => {
    const rows = limits.map(({ name, value, text }) => [`\`${name}\``, quantity(name, value), text]);
    return `## ${folder}\n\n${markdownTable(["Limit", "Value", "Meaning"], rows)}\n`;
  });
  return `${generatedFrom("the files limits.ts in src")}

# Limits

This page lists all limits of the registry. Most names end with the unit. Where a name does not, the description has it, or the limit is a number of items.
Operators cannot change these limits, except for those that are the default of a [setting](settings.md).
[Operations](operations.md#limits) says what happens if a client reaches a limit.

${sections.join("\n")}`;
}

type Steps = readonly (readonly [size: number, unit: string])[];

const units: readonly (readonly [suffix: RegExp, steps: Steps])[] = [
  [
    /Bytes$|Slack$/,
    [
      [1024 ** 4, "TiB"],
      [1024 ** 3, "GiB"],
      [1024 ** 2, "MiB"],
      [1024, "KiB"],
      [1, "bytes"],
    ],
  ],
  [
    /Ms$/,
    [
      [3_600_000, "h"],
      [60_000, "min"],
      [1_000, "s"],
      [0, "ms"],
    ],
  ],
  [/Seconds$/, [[0, "s"]]],
];

/** Returns the value in the largest unit that gives a whole number. */
export function quantity(name: string, value: number): string {
  const steps = units.find(([suffix]) => suffix.test(name))?.[1];
  const step = steps?.find(([size]) => size === 0 || (value >= size && value % size === 0));
  const [size, unit] = step ?? [1, ""];
  return `${(value / (size || 1)).toLocaleString("en")} ${unit}`.trim();
}
