import { Database, SQLiteError } from "bun:sqlite";
import type { Operation, Row } from "../sql/operation.ts";
import { StoreUnavailable } from "../store.ts";

/**
 * Time in milliseconds that a connection waits for a lock. Only the start of a second process can cause a wait, because
 * a database has one writer.
 */
const busyTimeoutMs = 200;

/**
 * Opens a database for writing, and creates it if it is missing. Throws if its filesystem cannot have a write-ahead
 * log.
 */
export function openForWriting(path: string): Database {
  const database = new Database(path, { create: true, readwrite: true, strict: true });
  // A commit must be on the disk before it is acknowledged: FULL syncs the log with every commit (docs/decisions/0002).
  database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  const { journal_mode: mode } = database.query("PRAGMA journal_mode = WAL").get() as { journal_mode: string };
  if (mode !== "wal")
    throw new Error(`the filesystem of ${path} does not support the write-ahead log of SQLite; use a local filesystem`);
  database.run("PRAGMA synchronous = FULL");
  database.run("PRAGMA foreign_keys = ON");
  return database;
}

/** Opens an existing database for reading. */
export function openForReading(path: string): Database {
  const database = new Database(path, { readonly: true, strict: true });
  database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  return database;
}

/** Runs the statements of an operation one after the other. Each SQL text is prepared once and cached. */
export function drive<T>(database: Database, operation: Operation<T>): T {
  let step = operation.next([]);
  while (!step.done) {
    const { sql, parameters } = step.value;
    step = operation.next(database.query(sql).all(...parameters) as Row[]);
  }
  return step.value;
}

const codesOfStatements = ["SQLITE_CONSTRAINT", "SQLITE_ERROR", "SQLITE_TOOBIG", "SQLITE_MISMATCH", "SQLITE_RANGE"];

/** True if the error comes from the statement itself: a constraint, or a defect of Lading. The database is intact. */
export function isOfStatement({ code = "" }: SQLiteError): boolean {
  return codesOfStatements.some((one) => code.startsWith(one));
}

/**
 * Runs an operation that reads. Throws StoreUnavailable if the disk fails or a file is missing, because the next read
 * may succeed.
 */
export function read<T>(database: Database, operation: Operation<T>): T {
  try {
    return drive(database, operation);
  } catch (error) {
    if (!(error instanceof SQLiteError) || isOfStatement(error)) throw error;
    throw new StoreUnavailable(`metadata cannot be read: ${error.message}`);
  }
}
