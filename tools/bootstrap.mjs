/**
 * Installs the packages of package-lock.json if that has not been done, verifies the runtime among them, and links it as
 * `node_modules/.bin/bun`. Plain Node and npm, on a fresh clone too.
 *
 *   node tools/bootstrap.mjs && exec node_modules/.bin/bun ...                with the packages that tests need
 *   node tools/bootstrap.mjs --omit-dev && exec node_modules/.bin/bun ...     without them
 *   node tools/bootstrap.mjs --installed                                      after 'npm ci': npm's script 'dependencies'
 *
 * It ends before the command begins. The shell replaces itself with the command (`exec`), so that signals from npm and from
 * service managers reach the command and nothing in between. No install script of a package runs.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { readPins, runtimeFor, RuntimeError } from "./runtime.mjs";
import { checkLock, verifyRuntime } from "./runtime-verification.mjs";

const oldestNode = 20;
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  fail(`Lading needs Node ${oldestNode} or newer; this is ${process.versions.node}`, 1);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Records the lock file of the installed packages, and the runtime that was verified. */
const stampFile = join(root, "node_modules", ".installed-from.json");
const parentLookMs = 500;
const advice =
  "Either the npm registry could not be reached, or what it gave does not fit the checksum in package-lock.json, or npm " +
  "is set to omit optional packages ('npm config get omit'). Mend that, and start again";

const [mode = "--with-dev", ...rest] = process.argv.slice(2);
if (!["--with-dev", "--omit-dev", "--installed"].includes(mode) || rest.length > 0) {
  fail(
    `tools/bootstrap.mjs runs no command: write 'node tools/bootstrap.mjs && exec node_modules/.bin/${mode} ...'`,
    2,
  );
}
try {
  await prepare();
} catch (error) {
  if (!(error instanceof RuntimeError)) throw error;
  fail(error.message, 1);
}

async function prepare() {
  const text = readFileSync(join(root, "package-lock.json"), "utf8");
  const lock = JSON.parse(text);
  const pins = readPins(root);
  checkLock(lock, pins);
  const hash = createHash("sha256").update(text).digest("hex");
  const stamp = readStamp();
  const fresh = mode === "--installed";
  if (!fresh && (stamp.lock !== hash || (mode === "--with-dev" && !hasDevelopmentPackages()))) {
    await install(mode === "--with-dev" || hasDevelopmentPackages());
  }
  const runtime = runtimeFor(pins, { locate, advice });
  const verified = verifyRuntime(root, runtime, pins, stamp.runtime);
  link(runtime.path);
  if (stamp.lock !== hash || stamp.runtime !== verified) writeStamp({ lock: hash, runtime: verified });
}

/** The path is relative to the root: the stamp and the link have it too. */
function locate(name, file) {
  const path = join("node_modules", name, file);
  return existsSync(join(root, path)) ? path : undefined;
}

function hasDevelopmentPackages() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.keys(devDependencies).every((name) => existsSync(join(root, "node_modules", name, "package.json")));
}

/**
 * Installs the packages. It kills npm if its own parent exits, because a stopped npm leaves its shell's children
 * running.
 */
async function install(development) {
  process.stderr.write("lading: installing its packages, once ...\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const which = development ? "--include=dev" : "--omit=dev";
  const parameters = ["ci", which, "--include=optional", "--ignore-scripts", "--loglevel=error"];
  const child = spawn(npm, parameters, { cwd: root, stdio: ["ignore", 2, 2] });
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill(), parentLookMs);
  const ended = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`));
  });
  clearInterval(watch);
  if (ended !== undefined) fail(`'npm ci' failed: ${ended}; the lines above say why`, 1);
}

/** Creates the link, because none of the runtime's packages has an entry in `.bin`. */
function link(path) {
  const folder = join(root, "node_modules", ".bin");
  const target = relative(folder, join(root, path));
  const place = join(folder, "bun");
  const there = lstatSync(place, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() && readlinkSync(place) === target) return;
  mkdirSync(folder, { recursive: true });
  rmSync(place, { force: true });
  symlinkSync(target, place);
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    return {};
  }
}

/** A user who may not write the file, as in a container, has the runtime verified at each start. */
function writeStamp(stamp) {
  try {
    writeFileSync(stampFile, `${JSON.stringify(stamp)}\n`);
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(error.code)) throw error;
  }
}

function fail(message, code) {
  process.stderr.write(`lading: ${message}\n`);
  process.exit(code);
}
