/**
 * Tests of the query plans. SQLite must find the rows of every statement by an index or a key, never by a scan of a
 * table, and in the order in which they are stored. So the cost of a statement does not grow with the number of other
 * rows.
 */
import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { migrations } from "../sql/migrations.ts";
import type { Operation, Statement } from "../sql/operation.ts";
import { reads, writes } from "../sql/operations.ts";
import type { MetadataReads, MetadataStore } from "../store.ts";
import { digestOf } from "../../oci/digest.ts";
import { packReferences } from "../../oci/packed-manifest.ts";
import { image, put, repository, tag } from "../suite/content.ts";
import { useEverything } from "../suite/everything.ts";
import { drive } from "./connection.ts";
import { migrate } from "./migrate.ts";

type AnyOperation = (...parameters: unknown[]) => Operation<unknown>;
const operations = Object.entries({ ...reads, ...writes }) as unknown as [string, AnyOperation][];

const database = new Database(":memory:", { strict: true });
/** The statements of each operation. */
const statementsOf = new Map<string, Map<string, Statement>>(operations.map(([name]) => [name, new Map()]));

beforeAll(async () => {
  database.run("PRAGMA foreign_keys = ON");
  migrate(database, migrations);
  const methods = operations.map(([name, operation]) => [
    name,
    async (...parameters: unknown[]) => drive(database, noted(name, operation(...parameters))),
  ]);
  await useEverything(Object.fromEntries(methods) as MetadataStore);
  // With foreign keys on, plans also show searches for rows that refer to a new row. SQLite skips these searches if no
  // such row can exist.
  database.run("PRAGMA foreign_keys = OFF");
});

function* noted(name: string, operation: Operation<unknown>): Operation<unknown> {
  let step = operation.next([]);
  while (!step.done) {
    statementsOf.get(name)!.set(step.value.sql, step.value);
    step = operation.next(yield step.value);
  }
  return step.value;
}

function planOf({ sql, parameters }: Statement, within = database): string[] {
  const steps = within.query(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
  return steps.map(({ detail }) => detail);
}

/** The steps of a plan that scan a whole table or sort. A scan of a list from a parameter is allowed. */
function slowSteps(statement: Statement, within = database): string[] {
  const quick =
    /^(SEARCH |(CORRELATED )?SCALAR SUBQUERY |LIST SUBQUERY |CO-ROUTINE |SCAN CONSTANT ROW|SCAN repository$|SCAN \w+ VIRTUAL TABLE INDEX )/;
  return planOf(statement, within).filter((step) => !quick.test(step));
}

/** True if a search uses every column of its condition, and not only the first. */
function isWhole(search: Statement, within = database): boolean {
  const columns = search.sql.split(" AND ").length;
  return planOf(search, within).every((step) => step.split("=?").length > columns);
}

/** For each foreign key, the search for rows that refer to a deleted row. Repositories are never deleted. */
function foreignKeySearches(): Statement[] {
  const keys = database
    .query(
      `SELECT child.name AS child, group_concat(format('"%w" = 0', key."from"), ' AND ') AS condition
         FROM sqlite_schema AS child JOIN pragma_foreign_key_list(child.name) AS key
        WHERE child.type = 'table' AND key."table" <> 'repositories' GROUP BY child.name, key.id`,
    )
    .all() as { child: string; condition: string }[];
  return keys.map(({ child, condition }) => ({ sql: `SELECT 1 FROM ${child} WHERE ${condition}`, parameters: [] }));
}

describe("the plan of every statement", () => {
  // Counting scans the smallest index, and only the metrics count.
  for (const [name] of operations.filter(([operation]) => operation !== "count")) {
    test(`${name} neither scans a table nor sorts`, () => {
      const statements = [...statementsOf.get(name)!.values()];
      expect(statements.length).toBeGreaterThan(0);
      for (const statement of statements) expect([statement.sql, slowSteps(statement)]).toEqual([statement.sql, []]);
    });
  }

  // The start of a page is a bound of the search, so that earlier entries are not scanned again.
  const bounds: Readonly<Partial<Record<keyof MetadataReads, string>>> = {
    repositories: "(name>?)",
    tags: "(repository_id=? AND name>?)",
    referrers: "(repository_id=? AND subject=? AND artifact_type=? AND digest>?)",
    tagHistory: "(repository_id=? AND tag=? AND at>? AND at<?)",
  };
  for (const [name, bound] of Object.entries(bounds)) {
    test(`${name} starts its search at the beginning of the page`, () => {
      const [listing] = statementsOf.get(name)!.values();
      expect(planOf(listing!)[0]).toEndWith(bound);
    });
  }

  test("rows that refer to a deleted row are found without a table scan", () => {
    const searches = foreignKeySearches();
    expect(searches.length).toBeGreaterThan(5);
    for (const search of searches) {
      expect([search.sql, slowSteps(search), isWhole(search)]).toEqual([search.sql, [], true]);
    }
  });
});

/** No statement uses these indexes yet; garbage collection will. */
const awaited = new Set(["trash_by_time", "blob_reviews_by_time"]);

/** This index lets a listing skip emptied repositories. Without it, SQLite uses the index of all names. */
const partial = "repositories_listed";

test("without any one of the indexes a statement would scan a table or sort", () => {
  const named = database.query("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").values();
  const indexes = named.map(([name]) => String(name)).filter((name) => !awaited.has(name) && name !== partial);
  const checked = [...statementsOf].filter(([name]) => name !== "count").map(([, texts]) => texts);
  const statements = Array.from(checked, (texts) => Array.from(texts.values())).flat();
  const searches = foreignKeySearches();
  const idle = indexes.filter((name) => {
    using without = Database.deserialize(database.serialize(), { strict: true });
    without.run(`DROP INDEX ${name}`);
    return [...statements, ...searches].every(
      (statement) =>
        slowSteps(statement, without).length === 0 && (!searches.includes(statement) || isWhole(statement, without)),
    );
  });
  expect(indexes.length).toBeGreaterThan(5);
  expect(idle).toEqual([]);
});

describe("a manifest with 10,000 references", () => {
  const here = repository("team/app");
  const many = 10_000;
  const digests = Array.from({ length: many }, (_, nth) => digestOf(Buffer.from(`layer ${nth}`)));
  const layers = digests.map((digest) => ({ digest, size: 1 }));

  /** A database that has the layers as inline blobs of the repository. */
  function filled(): Database {
    const within = new Database(":memory:", { strict: true });
    migrate(within, migrations);
    const list = JSON.stringify(digests);
    within.run("INSERT INTO repositories (id, name, created_at) VALUES (1, ?, 0)", [here]);
    within.run("INSERT INTO blobs (key, size, created_at) SELECT 'row/' || key, 1, 0 FROM json_each(?)", [list]);
    within.run(
      `INSERT INTO blob_digests (digest, blob_id)
       SELECT value, (SELECT id FROM blobs WHERE blobs.key = 'row/' || json_each.key) FROM json_each(?)`,
      [list],
    );
    within.run(
      `INSERT INTO repository_blobs (repository_id, digest, pinned_until, created_at)
       SELECT 1, value, 0, 0 FROM json_each(?)`,
      [list],
    );
    return within;
  }

  test("is looked up and stored with a bounded number of statements", () => {
    using within = filled();
    let statements = 0;
    function* counted<T>(operation: Operation<T>): Operation<T> {
      let step = operation.next([]);
      while (!step.done) {
        statements += 1;
        step = operation.next(yield step.value);
      }
      return step.value;
    }
    const content = image([layers[0]!, ...layers.slice(1)]);
    const wanted = packReferences(content.manifest);
    const { resolved, missing } = drive(within, counted(reads.references(here, wanted)));
    expect([missing, resolved.count]).toEqual([[], many]);
    const pushed = put(here, content, [tag("latest")], { references: resolved });
    expect(drive(within, counted(writes.putManifest(pushed)))).toBe("stored");
    expect(statements).toBeLessThanOrEqual(16);
  });
});
