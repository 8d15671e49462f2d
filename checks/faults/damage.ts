/** Damages one page of a database, as a bad sector does. */
import { Database } from "bun:sqlite";
import { closeSync, openSync, readSync, writeSync } from "node:fs";

/**
 * Overwrites the first page of a table, also for connections that have it in memory; returns a function that restores
 * it.
 */
export function damageTable(path: string, table: string): () => void {
  const { page, size } = firstPage(path, table);
  const file = openSync(path, "r+");
  const at = (page - 1) * size;
  const intact = new Uint8Array(size);
  readSync(file, intact, 0, size, at);
  writeSync(file, new Uint8Array(size).fill(0xff), 0, size, at);
  return () => {
    writeSync(file, intact, 0, size, at);
    closeSync(file);
  };
}

/** First merges the log into the database, and commits, so that other connections read their pages again. */
function firstPage(path: string, table: string): { readonly page: number; readonly size: number } {
  const database = new Database(path, { readwrite: true, strict: true });
  try {
    database.run("PRAGMA busy_timeout = 10000");
    const version = valueOf(database, "PRAGMA user_version");
    database.run(`PRAGMA user_version = ${version}`);
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    const page = valueOf(database, `SELECT rootpage FROM sqlite_schema WHERE name = '${table}'`);
    return { page, size: valueOf(database, "PRAGMA page_size") };
  } finally {
    database.close();
  }
}

function valueOf(database: Database, sql: string): number {
  return Number(database.query(sql).values()[0]![0]);
}
