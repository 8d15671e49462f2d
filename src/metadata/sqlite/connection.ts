import { Database, SQLiteError } from "bun:sqlite";
import type { Operation, Row } from "../sql/operation.ts";
import { StoreUnavailable } from "../store.ts";

/** How long a connection waits for a lock. Only the start of a second process can make one wait; there is one writer. */
const busyTimeoutMs = 200;

export function openForWriting(path: string): Database {
  const database = new Database(path, { create: true, readwrite: true, strict: true });
  // A commit is on the disk before it is answered: FULL syncs the log with every commit (docs/decisions/0002).
  database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  const { journal_mode: mode } = database.query("PRAGMA journal_mode = WAL").get() as { journal_mode: string };
  if (mode !== "wal") throw new Error(`SQLite cannot keep a write-ahead log on the filesystem of ${path}`);
  database.run("PRAGMA synchronous = FULL");
  database.run("PRAGMA foreign_keys = ON");
  return database;
}

export function openForReading(path: string): Database {
  const database = new Database(path, { readonly: true, strict: true });
  database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  return database;
}

/** Runs the statements of an operation one after the other; every text is prepared once and kept. */
export function drive<T>(database: Database, operation: Operation<T>): T {
  let step = operation.next([]);
  while (!step.done) {
    const { sql, parameters } = step.value;
    step = operation.next(database.query(sql).all(...parameters) as Row[]);
  }
  return step.value;
}

const codesOfStatements = ["SQLITE_CONSTRAINT", "SQLITE_ERROR", "SQLITE_TOOBIG", "SQLITE_MISMATCH", "SQLITE_RANGE"];

/** Whether a statement failed by what it asked for: a constraint, or a defect of ours. The database is as sound as before. */
export function isOfStatement({ code = "" }: SQLiteError): boolean {
  return codesOfStatements.some((one) => code.startsWith(one));
}

/** Runs an operation that reads. A disk that fails, or a file that is gone, is no defect of ours: the next read may succeed. */
export function read<T>(database: Database, operation: Operation<T>): T {
  try {
    return drive(database, operation);
  } catch (error) {
    if (!(error instanceof SQLiteError) || isOfStatement(error)) throw error;
    throw new StoreUnavailable(`metadata cannot be read: ${error.message}`);
  }
}
