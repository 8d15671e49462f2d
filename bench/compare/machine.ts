/** Where and with what figures were measured. */
import { cpus, release, totalmem, type } from "node:os";
import manifest from "../../package.json" with { type: "json" };
import type { Contender } from "./contender.ts";
import type { Options } from "./options.ts";

export interface About {
  /** Sentences without their full stops. */
  readonly lines: readonly string[];
}

export function aboutOf(options: Options, registries: readonly Contender[]): About {
  const cores = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  const versions = registries.map(({ name, version }) => `${name} ${version}`).join(", ");
  const { rounds, seconds, quick } = options;
  return {
    lines: [
      `${cores.length} cores (${cores[0]?.model.trim() || "unknown"}), ${gib} GiB, ${type()} ${release()}, ${fileSystemOf(options.disk)} as the disk`,
      `Bun ${Bun.version}, ${versions}, ${firstLine(["wrk", "-v"])}, ${firstLine(["nginx", "-v"])}`,
      `Lading syncs everything before it answers; the peers do not`,
      `${rounds} rounds, ${seconds} s each where the time is chosen, medians; in brackets, how far the rounds lie apart`,
      ...(quick ? ["A quick run: no figure of it counts"] : []),
    ],
  };
}

export const ladingVersion = manifest.version;

/** Of the checkout, with a mark where it has changes. */
export function commitOf(): string {
  const asked = Bun.spawnSync(["git", "describe", "--always", "--dirty", "--exclude", "*"], { cwd: import.meta.dir });
  return asked.stdout.toString().trim() || "unknown";
}

function fileSystemOf(folder: string): string {
  return Bun.spawnSync(["stat", "-f", "-c", "%T", folder]).stdout.toString().trim() || "unknown";
}

/** Both write it to either output, and end with any code. */
function firstLine(command: readonly [string, ...string[]]): string {
  if (Bun.which(command[0]) === null) return `no ${command[0]}`;
  const { stdout, stderr } = Bun.spawnSync([...command]);
  const line = `${stdout.toString()}${stderr.toString()}`.split("\n")[0]!;
  return line.replace(/ \[.*$/, "").replace(/^nginx version: /, "");
}
