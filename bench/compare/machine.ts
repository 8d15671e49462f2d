/** The machine and the programs of a measurement. */
import { cpus, release, totalmem, type } from "node:os";
import manifest from "../../package.json" with { type: "json" };
import type { Contender } from "./contender.ts";
import type { Options } from "./options.ts";

export interface About {
  /** Sentences without full stops. */
  readonly lines: readonly string[];
}

export function aboutOf(options: Options, registries: readonly Contender[]): About {
  const cores = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  const versions = registries.map(({ name, version }) => `${name} ${version}`).join(", ");
  const { quick } = options;
  return {
    lines: [
      `${cores.length} cores (${cores[0]?.model.trim() || "unknown"}), ${gib} GiB, ${type()} ${release()}, ${fileSystemOf(options.disk)} as the disk`,
      `Bun ${Bun.version}, ${versions}, ${versionOf(["wrk", "-v"])}, ${versionOf(["nginx", "-v"])}`,
      "Lading syncs files and directories before it answers, distribution the files only; in tmpfs, syncing costs nothing",
      "Medians; in brackets, the spread of the rounds",
      ...(quick ? ["A quick run: no figure of it counts"] : []),
    ],
  };
}

export const ladingVersion = manifest.version;

/** The commit of the checkout, with a mark if it has changes. */
export function commitOf(): string {
  return firstLine(["git", "-C", import.meta.dir, "describe", "--always", "--dirty", "--exclude", "*"]) ?? "unknown";
}

function fileSystemOf(folder: string): string {
  return firstLine(["stat", "-f", "-c", "%T", folder]) ?? "unknown";
}

/** Reads both outputs and ignores the exit code, because programs differ in them. */
function versionOf(command: readonly [string, ...string[]]): string {
  const line = firstLine(command) ?? `no ${command[0]}`;
  return line.replace(/ \[.*$/, "").replace(/^nginx version: /, "");
}

function firstLine(command: readonly [string, ...string[]]): string | undefined {
  if (Bun.which(command[0]) === null) return undefined;
  const { stdout, stderr } = Bun.spawnSync([...command]);
  return `${stdout.toString()}${stderr.toString()}`.split("\n")[0]!;
}
