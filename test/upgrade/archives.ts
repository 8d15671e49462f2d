import { existsSync } from "node:fs";
import { join } from "node:path";

/** The path of the archive with the data directory of a release with this schema. */
export function archiveOf(schema: number): string {
  return join(import.meta.dir, "archives", `schema-${schema}.tar.gz`);
}

/** Whether there is an archive of this schema. */
export function hasArchive(schema: number): boolean {
  return existsSync(archiveOf(schema));
}
