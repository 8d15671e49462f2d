import type { RepositoryName } from "../../oci/repository-name.ts";
import type { MetadataReads } from "../store.ts";
import { limited } from "./dialect.ts";
import { all, one, run, type Operation, type Operations } from "./operation.ts";

/**
 * SQL expression: the id of a repository; its parameter is the name. All operations look up rows by subqueries instead
 * of joins, which is ten times as fast (measured with bench/operations.ts).
 */
export const idOfRepository = "(SELECT id FROM repositories WHERE name = ?)";

/** Returns the id of a repository; undefined if it does not exist. */
export function* repositoryId(name: RepositoryName): Operation<number | undefined> {
  const row = yield* one<{ id: number }>("SELECT id FROM repositories WHERE name = ?", name);
  return row?.id;
}

/**
 * Returns the id of a repository. The first content of a repository creates it. New content of an emptied repository
 * lists it in the catalogue again.
 */
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
 * Removes a repository from the catalogue after its last manifest was deleted, even if blobs remain, because no list
 * shows blobs. The row stays, with the history of its tags and the content that can still be restored.
 */
export function* unlistWithoutManifests(repository: number): Operation<void> {
  yield* run(
    `UPDATE repositories SET listed = 0
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM manifests WHERE repository_id = repositories.id)`,
    repository,
  );
}

/** Removes a repository from the catalogue after its last blob was deleted, if it has no manifest either. */
export function* unlistIfEmpty(repository: number): Operation<void> {
  yield* run(
    `UPDATE repositories SET listed = 0
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM repository_blobs WHERE repository_id = repositories.id)
        AND NOT EXISTS (SELECT 1 FROM manifests WHERE repository_id = repositories.id)`,
    repository,
  );
}

/** Operations that read repositories. */
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
