import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DirectoryLockError } from "../base/fs/directory-lock.ts";
import type { Log } from "../base/log.ts";

/** Data of another registry, as found in the data directory. */
export interface ForeignData {
  /** The path below the data directory. */
  readonly path: string;
  /** The owner of the data, as words after "the data". */
  readonly whose: string;
}

const ofDistribution = "of registry:2 or another registry that is built on distribution";

/**
 * Files and folders of other registries, as seen from the data directory of the operator, or from one above or below
 * it. A part `*` is any folder.
 */
const foreign: readonly (readonly [paths: readonly string[], whose: string])[] = [
  [["docker/registry/v2"], ofDistribution],
  // The data volume of Harbor, which contains distribution.
  [["registry/docker/registry/v2"], "of Harbor"],
  [["registry/v2/repositories"], ofDistribution],
  [["v2/repositories"], ofDistribution],
  [["repositories", "blobs"], ofDistribution],
  [["oci-layout"], "of an OCI image layout"],
  // Each repository of zot is an image layout.
  [["*/oci-layout"], "of zot, or image layouts"],
  [["*/*/oci-layout"], "of zot, or image layouts"],
];

/** Returns which data of another registry a directory has, if there is some. */
export function findForeignData(data: string): ForeignData | undefined {
  for (const [paths, whose] of foreign) {
    const found = paths.map((path) => findPath(data, path.split("/")));
    if (found.every((path) => path !== undefined)) return { path: found[0]!, whose };
  }
  return undefined;
}

/** Returns the first path that exists, or undefined. */
function findPath(directory: string, [part, ...rest]: readonly string[], above = ""): string | undefined {
  if (part === undefined) return above;
  for (const name of part === "*" ? foldersIn(join(directory, above)) : [part]) {
    const path = join(above, name);
    const found = existsSync(join(directory, path)) ? findPath(directory, rest, path) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function foldersIn(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    // The start reports a directory that cannot be read.
    return [];
  }
}

/**
 * Throws if the directory has the data of another registry: Lading would start as an empty registry in the same
 * place. If Lading also has a database there, it only logs a warning.
 */
export function refuseForeignData(data: string, database: string, log: Log): void {
  const found = findForeignData(data);
  if (!found) return;
  if (existsSync(database)) {
    log.event("the data directory also contains data that Lading does not read", { ...found }, "warn");
    return;
  }
  throw new DirectoryLockError(
    `${data} contains the data ${found.whose} (${found.path}), which Lading cannot read; ${adviceFor(found)}`,
  );
}

/** Returns what the operator can do with data of another registry. */
export function adviceFor({ whose }: ForeignData): string {
  const command =
    whose === ofDistribution ? "the command that takes it over, lading import, is not released yet: " : "";
  return `${command}name an empty directory, and copy the images over while the other registry runs (docs/migrate.md)`;
}
