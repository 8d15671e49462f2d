/** Builds the Debian package: `npm run deb`. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { checksumOf } from "./build/runtimes.ts";
import { architectures, thisArchitecture, type Architecture } from "./deb/architectures.ts";
import { buildPackage } from "./deb/package.ts";
import { debianVersion } from "./deb/version.ts";

const root = join(import.meta.dir, "..");
const names = Object.keys(architectures) as Architecture[];

const usage = `usage: npm run deb [-- [--architecture NAME]]
  Writes dist/lading_VERSION_NAME.deb, and prints its SHA-256 and its size. It needs dpkg-deb.
  --architecture NAME  ${names.join(" or ")} (the one of this machine); for another machine, its runtime is downloaded
                       from the npm registry and verified
  SOURCE_DATE_EPOCH    the time of all files in the package (the time of the commit)`;

function architecture(): Architecture {
  const options = {
    architecture: { type: "string", default: thisArchitecture() },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    const { values } = parseArgs({ options });
    if (values.help) end(usage, 0);
    const name = names.find((one) => one === values.architecture);
    if (name === undefined) throw new Error(`there is no package for ${values.architecture}`);
    if (Bun.which("dpkg-deb") === null) throw new Error("there is no dpkg-deb; install the package dpkg");
    return name;
  } catch (error) {
    return end(`${(error as Error).message}\n${usage}`, 2);
  }
}

/** The time of the commit. A package without a fixed time would have other bytes at each build. */
function epoch(): number {
  const { SOURCE_DATE_EPOCH: given } = process.env;
  const text = given ?? Bun.spawnSync(["git", "log", "-1", "--format=%ct"], { cwd: root }).stdout.toString().trim();
  if (/^\d+$/.test(text)) return Number(text);
  return end("the time of the commit is unknown: set SOURCE_DATE_EPOCH to seconds since 1970", 2);
}

function end(text: string, code: number): never {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}

const release = { version: debianVersion(manifest.version), architecture: architecture(), epoch: epoch() };
// The executable contains the paths of the source, relative to the current folder. The same commit gives the same bytes.
process.chdir(root);
const file = await buildPackage(release);
process.stdout.write(
  `${checksumOf(join(root, file))}  ${file}  ${(statSync(join(root, file)).size / 1e6).toFixed(1)} MB\n`,
);
