import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** What is wrong with the command line; one sentence. */
export class UsageError extends Error {}

/** What stands on the command line, by the names of the flags. */
export function parseFlags<const Options extends ParseArgsOptionsConfig>(
  parameters: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...parameters], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split(/\.\s/)[0]!.replace(/\.$/, ""));
  }
}
