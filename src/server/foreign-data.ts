import { existsSync } from "node:fs";
import { join } from "node:path";
import { DirectoryLockError } from "../base/fs/directory-lock.ts";
import type { Log } from "../base/log.ts";

/**
 * Files and folders of other registries, as seen from the data directory of the operator, or from one above or below
 * it.
 */
const foreign: readonly (readonly [paths: readonly string[], whose: string])[] = [
  [["docker/registry/v2"], "of registry:2 or another registry that is built on distribution"],
  [["registry/v2/repositories"], "of registry:2 or another registry that is built on distribution"],
  [["v2/repositories"], "of registry:2 or another registry that is built on distribution"],
  [["repositories", "blobs"], "of registry:2 or another registry that is built on distribution"],
  [["oci-layout"], "of an OCI image layout"],
];

/**
 * Throws if the directory has the data of another registry: Lading would start as an empty registry in the same
 * place. If Lading also has a database there, it only logs a warning.
 */
export function refuseForeignData(data: string, database: string, log: Log): void {
  const found = foreign.find(([paths]) => paths.every((path) => existsSync(join(data, path))));
  if (!found) return;
  const [[path], whose] = found;
  if (existsSync(database)) {
    log.event(
      "the data directory also contains data that Lading does not read",
      { path: join(data, path!), whose },
      "warn",
    );
    return;
  }
  throw new DirectoryLockError(
    `${data} contains the data ${whose} (${path}), which Lading cannot read; name an empty directory, and copy the images over ` +
      "while the other registry runs (docs/operations.md)",
  );
}
