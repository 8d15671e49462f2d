/** Documents and archives of other projects, which are not part of this repository. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder next to the repository, or the one in the environment variable. */
const folder = resolve(process.env["LADING_VECTORS"] ?? join(import.meta.dir, "..", "..", "..", "shared", "vectors"));

/** Whether the folder exists. */
export const hasVectors = existsSync(folder);
if (!hasVectors) {
  process.stderr.write(`skipped: tests against the vectors, for ${folder} is not there (LADING_VECTORS names it)\n`);
}

/** Reads a file of the folder. */
export function vector(path: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(join(folder, path)));
}
