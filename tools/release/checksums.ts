import { join } from "node:path";
import { checksumOf } from "../build/runtimes.ts";

/** The name of a file of a release, and its SHA-256 in hex. */
export interface Checksum {
  readonly name: string;
  readonly sha256: string;
}

/** Returns the checksums of files in a folder, sorted by name. */
export function checksumsOf(folder: string, names: readonly string[]): Checksum[] {
  return names.toSorted().map((name) => ({ name, sha256: checksumOf(join(folder, name)) }));
}

/** Returns the text of SHA256SUMS, which `sha256sum --check` reads. */
export function checksumFile(checksums: readonly Checksum[]): string {
  return checksums.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}
