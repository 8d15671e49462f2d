/**
 * Writes `tools/image-pins.json`: version and SHA-256 of the Debian packages of which the image has files. apt takes
 * them from the package sources of the machine, and verifies their signatures.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checksumOf } from "./build/runtimes.ts";
import { Apt } from "./image/apt.ts";
import { platforms } from "./image/platforms.ts";

const usage = `usage: npm run pin-image [-- --sources FILE]
  Writes the current versions and checksums of the image's Debian packages into tools/image-pins.json.
  --sources FILE  package sources for apt (sources.list), instead of those of this machine`;

const pinsFile = join(import.meta.dir, "image-pins.json");

interface Pins {
  readonly distribution: string;
  readonly packages: Readonly<Record<string, { readonly version: string; readonly sha256: Record<string, string> }>>;
}

function sourcesOf(): string | undefined {
  const options = { sources: { type: "string" }, help: { type: "boolean", short: "h", default: false } } as const;
  const { values } = parseArgs({ options });
  if (!values.help) return values.sources && resolve(values.sources);
  process.stdout.write(`${usage}\n`);
  return process.exit(0);
}

/** Downloads the packages for one processor, and returns the version and the SHA-256 of each. */
function pinsFor(architecture: string, names: readonly string[], sources: string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), "lading-pin-image-"));
  try {
    const apt = new Apt(folder, architecture, sources);
    apt.update();
    return names.map((name) => {
      const file = apt.download(name);
      return { name, architecture, version: versionOf(file), sha256: checksumOf(file) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function versionOf(file: string): string {
  return Bun.spawnSync(["dpkg-deb", "--field", file, "Version"]).stdout.toString().trim();
}

const pins = JSON.parse(readFileSync(pinsFile, "utf8")) as Pins;
const names = Object.keys(pins.packages);
const sources = sourcesOf();
const found = platforms.flatMap(({ architecture }) => pinsFor(architecture, names, sources));
const packages = Object.entries(Object.groupBy(found, ({ name }) => name)).map(([name, files = []]) => {
  const versions = new Set(files.map(({ version }) => version));
  if (versions.size > 1) throw new Error(`${name} has several versions: ${[...versions].join(", ")}`);
  const sha256 = Object.fromEntries(files.map((file) => [file.architecture, file.sha256]));
  return [name, { version: files[0]!.version, sha256 }];
});
writeFileSync(pinsFile, `${JSON.stringify({ ...pins, packages: Object.fromEntries(packages) }, undefined, 2)}\n`);
process.stdout.write(found.map((pin) => `${pin.name} ${pin.version} (${pin.architecture})\n`).join(""));
