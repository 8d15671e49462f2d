/**
 * Selects the installed runtime for this machine. This is plain Node, because it runs before the runtime is installed. The
 * npm package contains this file: `bin/lading.mjs` uses it too.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The file with the checksums and the machines, by the path in the project. `npm run pin-runtime` writes it. */
export const pinsFile = "tools/runtime-pins.json";

/** The runtime cannot be used; the message says why, and what to do. */
export class RuntimeError extends Error {}

/** The packages of the runtime: `{ version, packages: { [name]: { tarball, file, sha256, os, cpu, libc } } }`. */
export function readPins(root) {
  return JSON.parse(readFileSync(join(root, pinsFile), "utf8"));
}

/**
 * Returns the package of the runtime that is installed for this machine, and the path of its executable. `locate` gets the
 * name of a package and the path of its executable in the package; it returns where that file is, and undefined if it is not
 * installed. `advice` says what to do if npm has left out the package.
 */
export function runtimeFor({ version, packages }, { locate, advice }, { platform, arch } = process) {
  const fitting = Object.entries(packages).filter(([, { os, cpu }]) => os.includes(platform) && cpu.includes(arch));
  if (fitting.length === 0) throw new RuntimeError(`Bun ${version} is not built for ${platform} on ${arch}`);
  const candidates = fitting.map(([name, { file, libc }]) => ({ name, path: locate(name, file), libc }));
  const installed = candidates.filter(({ path }) => path !== undefined);
  const [found] = installed.length > 1 ? installed.filter(fitsLibc) : installed;
  if (found) return { name: found.name, path: found.path };
  const missing = candidates.filter(fitsLibc).map(({ name }) => name);
  throw new RuntimeError(`the runtime is missing: npm left out ${missing.join(" and ")}. ${advice}`);
}

function fitsLibc({ libc }) {
  if (libc === undefined || process.platform !== "linux") return true;
  process.report.excludeNetwork = true;
  return libc.includes(process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc");
}
