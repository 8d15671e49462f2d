import type { Database } from "bun:sqlite";

/** The data were written by a newer release than this one. */
export class SchemaTooNew extends Error {}

/** Brings the schema to the last step, each step in a transaction of its own. */
export function migrate(database: Database, migrations: readonly string[]): void {
  const version = schemaVersion(database);
  if (version > migrations.length) {
    throw new SchemaTooNew(
      `the database has schema ${version}, this release knows schemas up to ${migrations.length}: ` +
        "it was written by a newer release; start that one, or restore a backup made with this one",
    );
  }
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    database
      .transaction(() => {
        // Asked again under the lock: another process may have taken the step in the meantime.
        if (schemaVersion(database) > index) return;
        database.run(step);
        database.run(`PRAGMA user_version = ${index + 1}`);
      })
      .immediate();
  }
}

export function schemaVersion(database: Database): number {
  const row = database.query("PRAGMA user_version").get() as { user_version: number };
  return row.user_version;
}
