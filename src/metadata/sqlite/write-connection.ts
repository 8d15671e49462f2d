import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { constants, SQLiteError, type Database } from "bun:sqlite";
import { metadataLimits } from "../limits.ts";
import { migrations } from "../sql/migrations.ts";
import type { Operation } from "../sql/operation.ts";
import { writes as operations } from "../sql/operations.ts";
import { StoreUnavailable } from "../store.ts";
import { drive, isOfStatement, openForWriting } from "./connection.ts";
import { DatabaseFiles } from "./database-files.ts";
import type { Write, WriteResult } from "./messages.ts";
import { migrate } from "./migrate.ts";

/** The files of the database were removed or replaced. */
export class FilesChanged extends Error {}

/** The commit itself failed. Only the next opening of the database shows whether it is on the disk. */
export class CommitUnknown extends Error {}

/**
 * The connection that writes. After a failure of the disk it is opened again. The log has checksums and shows what was
 * committed.
 */
export class WriteConnection {
  readonly #path: string;
  #database: Database;
  #files: DatabaseFiles;
  /** A read found a damaged page. All pages are checked before the next write. */
  #suspect = false;
  /** The last write found the disk full. */
  #full = false;

  constructor(path: string) {
    this.#path = path;
    this.#database = open(path);
    migrate(this.#database, migrations);
    this.#files = new DatabaseFiles(path);
  }

  /** Commits a group of writes in one transaction. If a write of the group fails, the others are still committed. */
  commit(group: readonly Write[]): readonly WriteResult[] {
    // On a full disk, a transaction that changes nothing would still succeed.
    if (this.#full && group.some(({ operation }) => operation === "checkWritable")) this.#tryWriting();
    const results = this.#commit(group);
    // Checked after the commit, and before it is acknowledged.
    this.checkFiles();
    return results;
  }

  /**
   * Savepoints make SQLite copy each page that a write changes. So the group runs with savepoints only after a first
   * attempt without them has failed.
   */
  #commit(group: readonly Write[]): readonly WriteResult[] {
    try {
      return this.#transaction(() => group.map((write) => ({ value: this.#result(write) })));
    } catch (error) {
      if (!isOfOneWrite(error)) throw this.#noted(error);
    }
    try {
      return this.#transaction(() => group.map((write) => this.#attempt(write)));
    } catch (error) {
      throw this.#noted(error);
    }
  }

  /**
   * Throws FilesChanged if the names of the database no longer lead to the open files. Before that, it copies the log
   * to the database.
   */
  checkFiles(): void {
    const change = this.#files.change();
    if (change === undefined) return;
    try {
      if (this.#files.hasDatabase) this.#database.query("PRAGMA wal_checkpoint(PASSIVE)").all();
    } catch {
      // The log cannot be saved in this case.
    }
    throw new FilesChanged(change);
  }

  /** Opens the database again and commits a transaction, to prove that writes succeed. Throws if they do not. */
  reopen(): void {
    this.checkFiles();
    this.#database.close();
    this.#database = open(this.#path);
    this.checkFiles();
    this.#tryWriting();
  }

  /** Commits a transaction that changes only the log. */
  #tryWriting(): void {
    const { user_version: version } = this.#database.query("PRAGMA user_version").get() as { user_version: number };
    if (this.#suspect) this.#checkPages();
    if (this.#full) requireRoom(dirname(this.#path));
    this.#transaction(() => {
      this.#database.run(`PRAGMA user_version = ${version}`);
      return [];
    });
    this.#full = false;
  }

  close(): void {
    // Only if the log still belongs to the database: SQLite would remove the file by its name.
    if (this.#files.change() === undefined) keepLog(this.#database, false);
    this.#database.close();
  }

  #checkPages(): void {
    const [first] = this.#database.query("PRAGMA quick_check(1)").values();
    if (first?.[0] !== "ok") throw new Error(`the database is damaged, restore a backup: ${String(first?.[0])}`);
    this.#suspect = false;
  }

  #transaction(work: () => readonly WriteResult[]): readonly WriteResult[] {
    const database = this.#database;
    let committing = false;
    database.query("BEGIN IMMEDIATE").run();
    try {
      const results = work();
      committing = true;
      database.query("COMMIT").run();
      return results;
    } catch (error) {
      rollBack(database);
      throw committing && !passes(error) ? new CommitUnknown((error as Error).message, { cause: error }) : error;
    }
  }

  #attempt(write: Write): WriteResult {
    const database = this.#database;
    database.query("SAVEPOINT operation").run();
    try {
      const value = this.#result(write);
      database.query("RELEASE operation").run();
      return { value };
    } catch (error) {
      if (!isOfOneWrite(error)) throw error;
      database.query("ROLLBACK TO operation").run();
      database.query("RELEASE operation").run();
      return { error: (error as Error).message };
    }
  }

  #result({ operation, parameters }: Write): unknown {
    const start = operations[operation] as (...parameters: readonly unknown[]) => Operation<unknown>;
    return drive(this.#database, start(...parameters));
  }

  #noted(error: unknown): unknown {
    const { cause = error } = error as Error;
    if (!(cause instanceof SQLiteError)) return error;
    if (damages.has(cause.code ?? "")) this.#suspect = true;
    if (cause.code === "SQLITE_FULL") this.#full = true;
    return error;
  }
}

function open(path: string): Database {
  const database = openForWriting(path);
  keepLog(database, true);
  return database;
}

/**
 * Sets whether the log stays when the last connection is closed. While the database is in use, no other process may
 * remove its log.
 */
function keepLog(database: Database, keep: boolean): void {
  database.fileControl(constants.SQLITE_FCNTL_PERSIST_WAL, keep ? 1 : 0);
}

function rollBack(database: Database): void {
  try {
    if (database.inTransaction) database.query("ROLLBACK").run();
  } catch {
    // If it matters, the connection is opened again.
  }
}

/** Throws StoreUnavailable if the disk has too little room for a push. A single page may still fit then. */
function requireRoom(directory: string): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < metadataLimits.metadataRoomBytes) throw new StoreUnavailable("the disk is full");
}

const damages = new Set(["SQLITE_CORRUPT", "SQLITE_NOTADB"]);

function isOfOneWrite(error: unknown): boolean {
  if (error instanceof CommitUnknown) return false;
  return !(error instanceof SQLiteError) || isOfStatement(error);
}

/** True for a full disk or a lock. SQLite has rolled back, and the connection is usable as before. */
export function passes(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true;
  return (
    error instanceof SQLiteError && (error.code === "SQLITE_FULL" || error.code?.startsWith("SQLITE_BUSY") === true)
  );
}
