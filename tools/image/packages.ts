import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import pins from "../image-pins.json" with { type: "json" };
import { checksumOf } from "../build/runtimes.ts";
import { Apt, PackageError } from "./apt.ts";
import type { Platform } from "./platforms.ts";

/** The name of a Debian package of which the image has files. */
export type PackageName = keyof typeof pins.packages;
type Architecture = Platform["architecture"];

/** `Packages` has the pinned Debian packages for one processor, and reads their files. */
export class Packages {
  readonly architecture: Architecture;
  readonly #folder: string;

  /** `folder` has the unpacked packages. */
  constructor(architecture: Architecture, folder: string) {
    this.architecture = architecture;
    this.#folder = folder;
  }

  /** Returns a file of a package. */
  read(name: PackageName, path: string): Buffer {
    return readFileSync(join(this.#folder, name, path));
  }

  /** Returns the description of a package for package managers. */
  control(name: PackageName): Buffer {
    return this.read(name, "DEBIAN/control");
  }
}

/** Where packages come from, and where they are stored. */
export interface PackageSource {
  /** The folder of the packages that were downloaded before. */
  readonly cache: string;
  /** A file of package sources for apt, instead of those of the machine. */
  readonly sources: string | undefined;
}

/** Unpacks all pinned packages for a processor into a folder, and downloads those that are not in the cache. */
export function unpackPackages(architecture: Architecture, source: PackageSource, folder: string): Packages {
  const files = pinnedFiles(architecture, source.cache);
  const missing = files.filter(({ path, sha256 }) => !existsSync(path) || checksumOf(path) !== sha256);
  if (missing.length > 0) download(architecture, missing, source);
  for (const { name, path } of files) unpack(path, join(folder, name));
  return new Packages(architecture, folder);
}

interface PinnedFile {
  readonly name: PackageName;
  readonly version: string;
  readonly sha256: string;
  /** The path in the cache. */
  readonly path: string;
}

function pinnedFiles(architecture: Architecture, cache: string): PinnedFile[] {
  return Object.entries(pins.packages).map(([name, { version, sha256 }]) => ({
    name: name as PackageName,
    version,
    sha256: sha256[architecture],
    path: join(cache, `${name}_${version}_${architecture}.deb`),
  }));
}

function download(architecture: Architecture, files: readonly PinnedFile[], { cache, sources }: PackageSource): void {
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, ".apt-"));
  try {
    const apt = new Apt(scratch, architecture, sources);
    apt.update();
    for (const file of files) renameSync(downloadPinned(apt, architecture, file), file.path);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function downloadPinned(apt: Apt, architecture: Architecture, { name, version, sha256 }: PinnedFile): string {
  const pinned = `${name} ${version} (${architecture})`;
  let path: string;
  try {
    path = apt.download(`${name}=${version}`);
  } catch (error) {
    const reason = (error as Error).message;
    throw new PackageError(`no package source has the pinned ${pinned}; ${advice}. ${reason}`, { cause: error });
  }
  const found = checksumOf(path);
  if (found === sha256) return path;
  throw new PackageError(`the SHA-256 of ${pinned} is ${found}, and the pinned one is ${sha256}`);
}

const advice =
  `the pins are for ${pins.distribution}. Use '--sources FILE' with package sources that have this version, such as the ` +
  "distribution's archive of old versions, or pin the current version with 'npm run pin-image'";

function unpack(file: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { success, stderr } = Bun.spawnSync(["dpkg-deb", "--raw-extract", file, folder], { stderr: "pipe" });
  if (!success) throw new PackageError(`dpkg-deb cannot unpack ${file}: ${stderr.toString().trim()}`);
}
