import { join } from "node:path";
import type { LeftOut, Results } from "./results.ts";

/** One of the specification's suites, as a program that is built from its source. */
export interface Suite {
  readonly name: string;
  /** The option of this script that names the program, and the variable that does the same. */
  readonly option: string;
  readonly variable: string;
  /** How the program is built in a checkout of the specification's repository. */
  readonly build: string;
  readonly settings: readonly Setting[];
  readonly read: (resultsFolder: string) => Promise<Results>;
}

export interface Setting {
  readonly name: string;
  /** The flags of the registry. */
  readonly flags: readonly string[];
  /** The environment of the suite; `host` is the registry's host with its port. */
  readonly environment: (host: string, resultsFolder: string) => Readonly<Record<string, string>>;
  readonly leftOut: LeftOut;
}

/** A file that the suite must have written, because the rewrite exits with 0 even if it could not start. */
export async function resultsText(folder: string, name: string): Promise<string> {
  const file = Bun.file(join(folder, name));
  const text = (await file.exists()) ? await file.text() : undefined;
  if (text === undefined) throw new Error(`the suite wrote no ${name}`);
  if (text.trim() === "") throw new Error(`the suite's ${name} is empty`);
  return text;
}
