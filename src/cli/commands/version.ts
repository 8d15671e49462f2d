import { shownText } from "../../base/shown-text.ts";
import manifest from "../../../package.json" with { type: "json" };
import { buildInfo } from "../build-info.ts";
import { commands } from "../commands.ts";
import { fail, print } from "../output.ts";
import { parseFlags, UsageError } from "../usage.ts";

/** Runs `lading version` and resolves to its exit code. */
export async function version(parameters: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseFlags(parameters, { json: { type: "boolean", default: false } });
    if (positionals.length > 0) throw new UsageError(`${shownText(positionals[0]!)} does not belong to a flag`);
    print(values.json ? json() : `lading ${manifest.version} (Bun ${Bun.version})`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return fail(`${error.message}; usage: lading ${commands.version.usage}`, 2);
    throw error;
  }
}

function json(): string {
  const { commit, installation } = buildInfo();
  return JSON.stringify({ version: manifest.version, commit, runtime: `bun ${Bun.version}`, installation });
}
