import type { RepositoryName } from "../../oci/repository-name.ts";
import type { MetadataReads } from "../store.ts";
import { all, limited, one, run, type Operation, type Operations } from "./operation.ts";

/**
 * The id of a repository inside a statement; its parameter is the name. Everywhere here a row is looked up by a subquery and
 * not by a join: measured, that is ten times as fast (bench/operations.ts).
 */
export const idOfRepository = "(SELECT id FROM repositories WHERE name = ?)";

export function* repositoryId(name: RepositoryName): Operation<number | undefined> {
  const row = yield* one<{ id: number }>("SELECT id FROM repositories WHERE name = ?", name);
  return row?.id;
}

/** A repository is made by the first content that it holds, and is listed again by the next one after it was emptied. */
export function* ensureRepository(name: RepositoryName, at: number): Operation<number> {
  const existing = yield* one<{ id: number; listed: number }>(
    "SELECT id, listed FROM repositories WHERE name = ?",
    name,
  );
  if (existing?.listed === 0) yield* run("UPDATE repositories SET listed = 1 WHERE id = ?", existing.id);
  if (existing) return existing.id;
  const made = yield* one<{ id: number }>(
    "INSERT INTO repositories (name, created_at) VALUES (?, ?) RETURNING id",
    name,
    at,
  );
  return made!.id;
}

/**
 * Takes a repository out of the catalogue after its last manifest was deleted, also where blobs are left: no list shows those.
 * Its row stays, with the history of its tags and what can still be restored.
 */
export function* unlistWithoutManifests(repository: number): Operation<void> {
  yield* run(
    `UPDATE repositories SET listed = 0
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM manifests WHERE repository_id = repositories.id)`,
    repository,
  );
}

/** The same after its last blob was deleted, where it has no manifest either. */
export function* unlistIfEmpty(repository: number): Operation<void> {
  yield* run(
    `UPDATE repositories SET listed = 0
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM repository_blobs WHERE repository_id = repositories.id)
        AND NOT EXISTS (SELECT 1 FROM manifests WHERE repository_id = repositories.id)`,
    repository,
  );
}

export const repositoryReads = {
  *repositoryExists(repository) {
    return (yield* repositoryId(repository)) !== undefined;
  },

  *repositories({ after, limit }) {
    const rows = yield* all<{ name: string }>(
      `SELECT name FROM repositories WHERE listed = 1 AND name > ? ORDER BY name ${limited}`,
      after ?? "",
      limit,
    );
    return rows.map((row) => row.name as RepositoryName);
  },
} satisfies Partial<Operations<MetadataReads>>;
