/** Tarsums as names of blobs. Other bytes may have the same one, so each is true of one repository only. */
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { isTarsum } from "../../oci/tarsum/label.ts";
import { one, run, type Operation } from "./operation.ts";
import { repositoryId } from "./repositories.ts";

/** What a tarsum stands for in a repository; every other digest, and a tarsum that is unknown there, is itself. */
export function* meaningOf(repository: number, asked: Digest): Operation<Digest> {
  if (!isTarsum(asked)) return asked;
  const row = yield* one<{ digest: string }>(
    "SELECT digest FROM blob_aliases WHERE repository_id = ? AND alias = ?",
    repository,
    asked,
  );
  return row ? (row.digest as Digest) : asked;
}

/** The same, by the repository's name. */
export function* meaningIn(repository: RepositoryName, asked: Digest): Operation<Digest> {
  if (!isTarsum(asked)) return asked;
  const id = yield* repositoryId(repository);
  return id === undefined ? asked : yield* meaningOf(id, asked);
}

/** Lets a tarsum name a blob that is linked, unless it names one already whose bytes are there. */
export function* alias(repository: number, tarsum: Digest, digest: Digest): Operation<void> {
  yield* run(
    `INSERT INTO blob_aliases (repository_id, alias, digest) VALUES (?, ?, ?)
     ON CONFLICT (repository_id, alias) DO UPDATE SET digest = excluded.digest
      WHERE (SELECT healthy FROM blobs
              WHERE id = (SELECT blob_id FROM blob_digests WHERE digest = blob_aliases.digest)) = 0`,
    repository,
    tarsum,
    digest,
  );
}
