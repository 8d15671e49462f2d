/**
 * Writes `tools/runtime-pins.json`: the SHA-256 of the executable in each package of the runtime that package-lock.json
 * names, and the machines that the package is for. It downloads every package with `npm pack`, and takes it only if its
 * SHA-512 is the lock file's.
 *
 *   npm run pin-runtime               for the version in package.json
 *   npm run pin-runtime -- 1.4.6      for another version, after writing that to package.json and package-lock.json
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, unpackRuntime } from "./runtime-package.mjs";
import { pinsFile } from "./runtime.mjs";
import { sha256Of } from "./runtime-verification.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [wanted] = process.argv.slice(2);

if (wanted !== undefined) update(wanted);
const lock = readJson("package-lock.json");
const names = Object.keys(readJson("package.json").optionalDependencies);
const folder = mkdtempSync(join(tmpdir(), "lading-pin-"));
try {
  const packages = Object.fromEntries(names.map((name) => [name, pinOf(name)]));
  const pins = {
    source:
      "The executables in the npm packages of these names. Each package was downloaded with 'npm pack' and had the " +
      "SHA-512 that package-lock.json names ('tarball'). The machines ('os', 'cpu', 'libc') are those of " +
      "package-lock.json. Written by 'npm run pin-runtime'.",
    version: lock.packages[`node_modules/${names[0]}`].version,
    packages,
  };
  writeFileSync(join(root, pinsFile), `${JSON.stringify(pins, undefined, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function update(version) {
  const manifest = readJson("package.json");
  for (const name of Object.keys(manifest.optionalDependencies)) manifest.optionalDependencies[name] = version;
  writeFileSync(join(root, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  run("npm", ["install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"], root);
}

function pinOf(name) {
  const { version, integrity, os, cpu, libc } = lock.packages[`node_modules/${name}`];
  process.stdout.write(`${name}@${version}\n`);
  const file = os.includes("win32") ? "bin/bun.exe" : "bin/bun";
  const unpacked = unpackRuntime({ name, version, integrity, file }, folder);
  const sha256 = sha256Of(unpacked);
  rmSync(unpacked);
  return { tarball: integrity, file, sha256, os, cpu, libc };
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
