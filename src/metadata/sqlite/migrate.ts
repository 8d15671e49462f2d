import type { Database } from "bun:sqlite";

/** The data were written by a newer release than this one. */
export class SchemaTooNew extends Error {}

/** Brings the schema to the latest version, each step in its own transaction. */
export function migrate(database: Database, migrations: readonly string[]): void {
  const version = schemaVersion(database);
  if (version > migrations.length) {
    throw new SchemaTooNew(
      `the database has schema ${version}, but this release supports schemas up to ${migrations.length}: ` +
        "a newer release wrote it; start that release, or restore a backup made with this one",
    );
  }
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    database
      .transaction(() => {
        // Checked again under the lock: another process may have run the step in the meantime.
        if (schemaVersion(database) > index) return;
        database.run(step);
        database.run(`PRAGMA user_version = ${index + 1}`);
      })
      .immediate();
  }
}

/** Returns the schema version of a database: the number of steps that it has. */
export function schemaVersion(database: Database): number {
  const row = database.query("PRAGMA user_version").get() as { user_version: number };
  return row.user_version;
}
