import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { migrations } from "../sql/migrations.ts";
import { migrate, SchemaTooNew, schemaVersion } from "./migrate.ts";

let database: Database;
beforeEach(() => {
  database = new Database(":memory:", { strict: true });
});
afterEach(() => database.close());

const first = "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT; INSERT INTO one VALUES (1);";
const second = "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT;";

function tables(): string[] {
  const rows = database.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  return (rows as { name: string }[]).map((row) => row.name);
}

describe("migrate", () => {
  test("brings a new database to the latest version of the schema", () => {
    expect(schemaVersion(database)).toBe(0);
    migrate(database, migrations);
    expect(schemaVersion(database)).toBe(migrations.length);
    expect(tables()).toContain("repositories");
    // The table of the last statement: every statement of a step is run.
    expect(tables()).toContain("blob_reviews");
  });

  test("changes nothing the second time", () => {
    migrate(database, [first]);
    migrate(database, [first]);
    expect(schemaVersion(database)).toBe(1);
    expect(database.query("SELECT count(*) AS rows FROM one").get()).toEqual({ rows: 1 });
  });

  test("runs only the new steps", () => {
    migrate(database, [first]);
    migrate(database, [first, second]);
    expect(schemaVersion(database)).toBe(2);
    expect(tables()).toEqual(["one", "two"]);
  });

  test("refuses a newer schema, and says what to do", () => {
    migrate(database, [first, second]);
    expect(() => migrate(database, [first])).toThrow(SchemaTooNew);
    expect(() => migrate(database, [first])).toThrow(
      "the database has schema 2, but this release supports schemas up to 1: a newer release wrote it; " +
        "start that release, or restore a backup made with this one",
    );
    expect(schemaVersion(database)).toBe(2);
  });

  test("a step that fails leaves the schema and its version unchanged", () => {
    const failing = "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; INSERT INTO missing VALUES (1);";
    expect(() => migrate(database, [first, failing, second])).toThrow("missing");
    expect(schemaVersion(database)).toBe(1);
    expect(tables()).toEqual(["one"]);
    expect(database.inTransaction).toBe(false);

    migrate(database, [first, second]);
    expect(tables()).toEqual(["one", "two"]);
  });
});

describe("the schema", () => {
  test("foreign keys prevent the deletion of referenced rows", () => {
    database.run("PRAGMA foreign_keys = ON");
    migrate(database, migrations);
    database.run("INSERT INTO repositories (id, name, created_at) VALUES (1, 'a', 0)");
    database.run("INSERT INTO blobs (id, key, size, created_at) VALUES (1, 'key', 1, 0)");
    database.run("INSERT INTO blob_digests (digest, blob_id) VALUES ('sha256:1', 1)");
    database.run("INSERT INTO repository_blobs VALUES (1, 'sha256:1', 0, 0, NULL)");
    for (const sql of ["DELETE FROM blobs", "DELETE FROM blob_digests", "DELETE FROM repositories"]) {
      expect(() => database.run(sql)).toThrow("FOREIGN KEY");
    }
  });

  test("a key is unique", () => {
    migrate(database, migrations);
    const insert = "INSERT INTO blobs (key, size, created_at) VALUES ('key', 1, 0)";
    database.run(insert);
    expect(() => database.run(insert)).toThrow("UNIQUE");
  });
});
