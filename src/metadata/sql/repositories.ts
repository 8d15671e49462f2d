import type { RepositoryName } from "../../oci/repository-name.ts";
import type { MetadataReads } from "../store.ts";
import { all, limited, one, type Operation, type Operations } from "./operation.ts";

/**
 * The id of a repository inside a statement; its parameter is the name. Everywhere here a row is looked up by a subquery and
 * not by a join: measured, that is ten times as fast (bench/operations.ts).
 */
export const idOfRepository = "(SELECT id FROM repositories WHERE name = ?)";

export function* repositoryId(name: RepositoryName): Operation<number | undefined> {
  const row = yield* one<{ id: number }>("SELECT id FROM repositories WHERE name = ?", name);
  return row?.id;
}

/** A repository is made by the first content that it holds. */
export function* ensureRepository(name: RepositoryName, at: number): Operation<number> {
  const existing = yield* repositoryId(name);
  if (existing !== undefined) return existing;
  const made = yield* one<{ id: number }>(
    "INSERT INTO repositories (name, created_at) VALUES (?, ?) RETURNING id",
    name,
    at,
  );
  return made!.id;
}

export const repositoryReads = {
  *repositoryExists(repository) {
    return (yield* repositoryId(repository)) !== undefined;
  },

  *repositories({ after, limit }) {
    const rows = yield* all<{ name: string }>(
      `SELECT name FROM repositories WHERE name > ? ORDER BY name ${limited}`,
      after ?? "",
      limit,
    );
    return rows.map((row) => row.name as RepositoryName);
  },
} satisfies Partial<Operations<MetadataReads>>;
