/**
 * Runs a command of `node_modules/.bin`, after installing what is missing: with plain Node and npm, on a fresh clone, too.
 *
 *   node tools/bootstrap.mjs <command> [argument ...]
 *
 * It installs once: a stamp beside the packages holds the lock file that they were installed from.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".installed-from.json");
const [command, ...parameters] = process.argv.slice(2);

install();
run();

function install() {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  process.stderr.write("lading: installing its packages, once ...\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, error } = spawnSync(npm, ["ci", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    process.stderr.write(`lading: 'npm ci' failed${error ? `: ${error.message}` : ""}; the lines above say why\n`);
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

/** Signals that reach this process alone (from npm, from a service manager) go on to the command; its end is ours. */
function run() {
  const child = spawn(join(root, "node_modules", ".bin", command), parameters, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`lading: cannot run ${command}: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
