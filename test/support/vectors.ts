/** Documents and archives of others, which are not part of this project. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Beside the project, or where the environment says. */
const folder = resolve(process.env["LADING_VECTORS"] ?? join(import.meta.dir, "..", "..", "..", "shared", "vectors"));

export const hasVectors = existsSync(folder);
if (!hasVectors) {
  process.stderr.write(`skipped: tests against the vectors, for ${folder} is not there (LADING_VECTORS names it)\n`);
}

export function vector(path: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(join(folder, path)));
}
