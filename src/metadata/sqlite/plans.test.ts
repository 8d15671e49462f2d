/**
 * How SQLite finds the rows of every statement: by an index or a key, never by walking a table, and in the order in which
 * they lie. So the cost of a statement does not grow with what it does not return.
 */
import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { migrations } from "../sql/migrations.ts";
import type { Operation, Statement } from "../sql/operation.ts";
import { reads, writes } from "../sql/operations.ts";
import type { MetadataReads, MetadataStore } from "../store.ts";
import { useEverything } from "../suite/everything.ts";
import { drive } from "./connection.ts";
import { migrate } from "./migrate.ts";

type AnyOperation = (...parameters: unknown[]) => Operation<unknown>;
const operations = Object.entries({ ...reads, ...writes }) as unknown as [string, AnyOperation][];

const database = new Database(":memory:", { strict: true });
/** What each operation has asked of the database. */
const asked = new Map<string, Map<string, Statement>>(operations.map(([name]) => [name, new Map()]));

beforeAll(async () => {
  database.run("PRAGMA foreign_keys = ON");
  migrate(database, migrations);
  const methods = operations.map(([name, operation]) => [
    name,
    async (...parameters: unknown[]) => drive(database, noted(name, operation(...parameters))),
  ]);
  await useEverything(Object.fromEntries(methods) as MetadataStore);
  // Else plans tell also of looks for rows that refer to a new one, which are not taken where there can be none.
  database.run("PRAGMA foreign_keys = OFF");
});

function* noted(name: string, operation: Operation<unknown>): Operation<unknown> {
  let step = operation.next([]);
  while (!step.done) {
    asked.get(name)!.set(step.value.sql, step.value);
    step = operation.next(yield step.value);
  }
  return step.value;
}

function planOf({ sql, parameters }: Statement, within = database): string[] {
  const steps = within.query(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
  return steps.map(({ detail }) => detail);
}

/** The steps of a plan that walk a whole table or sort. A list that came as a parameter is walked, of course. */
function slowSteps(statement: Statement, within = database): string[] {
  const quick =
    /^(SEARCH |(CORRELATED )?SCALAR SUBQUERY |LIST SUBQUERY |CO-ROUTINE |SCAN CONSTANT ROW|SCAN repository$|SCAN \w+ VIRTUAL TABLE INDEX )/;
  return planOf(statement, within).filter((step) => !quick.test(step));
}

/** Whether a search goes by every column that is asked for, and not only by the first of them. */
function isWhole(search: Statement, within = database): boolean {
  const columns = search.sql.split(" AND ").length;
  return planOf(search, within).every((step) => step.split("=?").length > columns);
}

/** For each foreign key the search of the rows that refer to a deleted one. Repositories are never deleted. */
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
  // Counting walks the smallest index, and only the metrics ask for it.
  for (const [name] of operations.filter(([operation]) => operation !== "count")) {
    test(`${name} neither walks a table nor sorts`, () => {
      const statements = [...asked.get(name)!.values()];
      expect(statements.length).toBeGreaterThan(0);
      for (const statement of statements) expect([statement.sql, slowSteps(statement)]).toEqual([statement.sql, []]);
    });
  }

  // Where a page begins is a bound of the search, so that what was listed before is not passed again.
  const bounds: Readonly<Partial<Record<keyof MetadataReads, string>>> = {
    repositories: "(name>?)",
    tags: "(repository_id=? AND name>?)",
    referrers: "(repository_id=? AND subject=? AND artifact_type=? AND digest>?)",
    tagHistory: "(repository_id=? AND tag=? AND at>? AND at<?)",
  };
  for (const [name, bound] of Object.entries(bounds)) {
    test(`${name} begins where the page does`, () => {
      const [listing] = asked.get(name)!.values();
      expect(planOf(listing!)[0]).toEndWith(bound);
    });
  }

  test("what refers to a deleted row is found without walking a table", () => {
    const searches = foreignKeySearches();
    expect(searches.length).toBeGreaterThan(5);
    for (const search of searches) {
      expect([search.sql, slowSteps(search), isWhole(search)]).toEqual([search.sql, [], true]);
    }
  });
});

/** Nothing reads by them yet: collecting garbage will. */
const awaited = new Set(["trash_by_time", "blob_reviews_by_time"]);

/** It spares a listing the repositories that were emptied; without it there is the index of all names. */
const partial = "repositories_listed";

test("without any one index a statement would walk a table or sort", () => {
  const named = database.query("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").values();
  const indexes = named.map(([name]) => String(name)).filter((name) => !awaited.has(name) && name !== partial);
  const checked = [...asked].filter(([name]) => name !== "count").map(([, texts]) => texts);
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
