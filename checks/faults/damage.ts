/** A database of which one page is damaged, as by a bad sector. */
import { Database } from "bun:sqlite";
import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** Overwrites the first page of a table, also where a connection has it in memory; returns what puts it back. */
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

/** Puts the log into the database first, and commits, so that others read their pages again. */
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
