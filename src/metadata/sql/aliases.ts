/**
 * Aliases are other names of blobs, such as tarsums. Different bytes may have the same alias, so an alias is valid in
 * one repository only.
 */
import { algorithmOf, type Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { one, run, type Operation } from "./operation.ts";
import { repositoryId } from "./repositories.ts";

/** Returns the digest of the blob that an alias names in a repository. Any other digest is returned unchanged. */
export function* resolveAlias(repository: number, digestOrAlias: Digest): Operation<Digest> {
  // A digest that the registry can verify is never an alias.
  if (algorithmOf(digestOrAlias)) return digestOrAlias;
  const row = yield* one<{ digest: string }>(
    "SELECT digest FROM blob_aliases WHERE repository_id = ? AND alias = ?",
    repository,
    digestOrAlias,
  );
  return row ? (row.digest as Digest) : digestOrAlias;
}

/** Like `resolveAlias`, by the repository's name. */
export function* resolveAliasIn(repository: RepositoryName, digestOrAlias: Digest): Operation<Digest> {
  if (algorithmOf(digestOrAlias)) return digestOrAlias;
  const id = yield* repositoryId(repository);
  return id === undefined ? digestOrAlias : yield* resolveAlias(id, digestOrAlias);
}

/**
 * Adds an alias of a linked blob. An alias that already names another blob still names it while that blob's bytes are
 * intact.
 */
export function* addAlias(repository: number, alias: Digest, digest: Digest): Operation<void> {
  yield* run(
    `INSERT INTO blob_aliases (repository_id, alias, digest) VALUES (?, ?, ?)
     ON CONFLICT (repository_id, alias) DO UPDATE SET digest = excluded.digest
      WHERE (SELECT healthy FROM blobs
              WHERE id = (SELECT blob_id FROM blob_digests WHERE digest = blob_aliases.digest)) = 0`,
    repository,
    alias,
    digest,
  );
}
