import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { metadataLimits } from "../limits.ts";
import { migrations } from "../sql/migrations.ts";
import { reads } from "../sql/operations.ts";
import { drive } from "./connection.ts";
import { migrate } from "./migrate.ts";

/** A database with blobs that have these ids, of one byte each. */
function databaseWith(first: number, last: number): Database {
  const database = new Database(":memory:", { strict: true });
  migrate(database, migrations);
  database.run(
    `WITH RECURSIVE ids (id) AS (VALUES (${first}) UNION ALL SELECT id + 1 FROM ids WHERE id < ${last})
     INSERT INTO blobs (id, key, size, created_at) SELECT id, 'key' || id, 1, 0 FROM ids`,
  );
  return database;
}

function partsOf(database: Database): number[] {
  const parts: number[] = [];
  for (let from: number | undefined = 0; from !== undefined;) {
    const { bytes, next }: { bytes: number; next?: number } = drive(database, reads.measure("blobs", from));
    parts.push(bytes);
    from = next;
  }
  return parts;
}

const step = metadataLimits.measuredRows;

test.each([
  [1, 1, [1]],
  [1, step, [step]],
  [1, step + 1, [step, 1]],
  [1, 2 * step + 5, [step, step, 5]],
  // Removed rows leave gaps.
  [2 * step + 1, 2 * step + 3, [0, 0, 3]],
])("the bytes of blobs %d to %d are summed in parts, each row once", (first, last, parts) => {
  using database = databaseWith(first, last);
  expect(partsOf(database)).toEqual(parts);
});
