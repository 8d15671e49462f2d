import { existsSync } from "node:fs";
import { join } from "node:path";
import { DirectoryLockError } from "../base/fs/directory-lock.ts";
import type { Log } from "../base/log.ts";

/** What the storage of other programs looks like from within the directory that its operator names, or one above or below. */
const foreign: readonly (readonly [paths: readonly string[], whose: string])[] = [
  [["docker/registry/v2"], "of registry:2 or another registry that is built on distribution"],
  [["registry/v2/repositories"], "of registry:2 or another registry that is built on distribution"],
  [["v2/repositories"], "of registry:2 or another registry that is built on distribution"],
  [["repositories", "blobs"], "of registry:2 or another registry that is built on distribution"],
  [["oci-layout"], "of an OCI image layout"],
];

/**
 * Refuses a directory that holds the data of another registry: Lading would start as an empty one beside them. Where Lading
 * has a database of its own there too, it only says so.
 */
export function refuseForeignData(data: string, database: string, log: Log): void {
  const found = foreign.find(([paths]) => paths.every((path) => existsSync(join(data, path))));
  if (!found) return;
  const [[path], whose] = found;
  if (existsSync(database)) {
    log.event(
      "the data directory also holds data that Lading does not read",
      { path: join(data, path!), whose },
      "warn",
    );
    return;
  }
  throw new DirectoryLockError(
    `${data} holds the data ${whose} (${path}), which Lading cannot read; name an empty directory, and copy the images over ` +
      "while the other registry runs (docs/operations.md)",
  );
}
