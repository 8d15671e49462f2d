/** Downloads a package of the runtime. Plain Node, because `pin-runtime` runs before there is a fitting runtime. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Downloads the tarball of a package with `npm pack`, refuses it if its SHA-512 is not `integrity`, and unpacks one file
 * of it into a folder. Returns the path of the file.
 */
export function unpackRuntime({ name, version, integrity, file }, folder) {
  const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", `${name}@${version}`], folder));
  const tarball = join(folder, filename);
  const found = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  if (found !== integrity) throw new Error(`${name}: the pinned tarball is ${integrity}, the registry gave ${found}`);
  run("tar", ["-xzf", tarball, `package/${file}`], folder);
  rmSync(tarball);
  return join(folder, "package", file);
}

/** Runs a program to its end and returns what it prints. */
export function run(command, parameters, cwd) {
  const { status, stdout, error } = spawnSync(command, parameters, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")} failed${error ? `: ${error.message}` : ""}`);
  return stdout.toString();
}
