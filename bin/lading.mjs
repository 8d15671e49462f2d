#!/usr/bin/env node
/**
 * The command `lading` of the npm package: starts the source with the runtime that npm has installed. Plain Node, because
 * npm starts its commands with Node.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPins, runtimeFor, RuntimeError } from "../tools/runtime.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { resolve } = createRequire(import.meta.url);
const advice =
  "Install Lading again with optional packages ('npm install --include=optional'). If that does not help, npm could not " +
  "get the package from its registry";
/** As in the executable, the runtime reads no file of the folder in which it starts, and installs nothing. */
const runtimeFlags = ["--no-env-file", "--no-install", `--config=${join(root, "bin", "bunfig.toml")}`];

try {
  const runtime = runtimeFor(readPins(root), { locate, advice });
  await run(runtime.path, [...runtimeFlags, join(root, "src", "cli", "main.ts"), ...process.argv.slice(2)]);
} catch (error) {
  if (!(error instanceof RuntimeError)) throw error;
  process.stderr.write(`lading: ${error.message}\n`);
  process.exitCode = 1;
}

/** npm decides in which folder the packages are, and other package managers decide differently. */
function locate(name, file) {
  try {
    return resolve(`${name}/${file}`);
  } catch {
    return undefined;
  }
}

/** Becomes the runtime, so that no process of Node is left between it and its signals. Node before 22.15 cannot do that. */
async function run(command, parameters) {
  if (process.execve && process.platform !== "win32") process.execve(command, [command, ...parameters]);
  const { supervise } = await import("./supervise.mjs");
  await supervise(command, parameters);
}
