import { nearestName } from "../base/nearest-name.ts";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** What is wrong with the command line; one sentence. */
export class UsageError extends Error {}

/** What stands on the command line, by the names of the flags. */
export function parseFlags<const Options extends ParseArgsOptionsConfig>(
  parameters: readonly string[],
  options: Options,
) {
  refuseUnknown(parameters, options);
  try {
    return parseArgs({ args: [...parameters], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split(/\.\s/)[0]!.replace(/\.$/, ""));
  }
}

/** Says which flag was meant, where that can be guessed. */
function refuseUnknown(parameters: readonly string[], options: ParseArgsOptionsConfig): void {
  const lenient = { args: [...parameters], options, strict: false, allowPositionals: true, tokens: true } as const;
  const names = Object.keys(options);
  for (const token of parseArgs(lenient).tokens) {
    if (token.kind !== "option" || names.includes(token.name)) continue;
    const meant = nearestName(token.name, names);
    throw new UsageError(`there is no flag ${token.rawName}${meant === undefined ? "" : `; did you mean --${meant}?`}`);
  }
}
