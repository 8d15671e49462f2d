import { shownName } from "../base/shown-text.ts";
import { nearestName } from "../base/nearest-name.ts";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** An error in the command line. Its message is one sentence. */
export class UsageError extends Error {}

/** Parses the flags of a command line. Throws a UsageError if a flag is unknown or its value is missing. */
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

/** Refuses unknown flags. If the name resembles a flag, the message suggests it. */
function refuseUnknown(parameters: readonly string[], options: ParseArgsOptionsConfig): void {
  const lenient = { args: [...parameters], options, strict: false, allowPositionals: true, tokens: true } as const;
  const names = Object.keys(options);
  for (const token of parseArgs(lenient).tokens) {
    if (token.kind !== "option" || names.includes(token.name)) continue;
    const meant = nearestName(token.name, names);
    throw new UsageError(
      `there is no flag ${shownName(token.rawName)}${meant === undefined ? "" : `; did you mean --${meant}?`}`,
    );
  }
}
