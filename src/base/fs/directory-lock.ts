import { Database, SQLiteError } from "bun:sqlite";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeDirectory } from "./directory.ts";
import { baseLimits } from "../limits.ts";
import { otherOwner } from "./ownership.ts";

/** The directory cannot be used. The message says why, and what the operator can do. */
export class DirectoryLockError extends Error {}

/**
 * Locks a directory for as long as this process lives. Worker processes of this process may share the lock. It is a
 * SQLite lock on a separate file, which the operating system releases when the process ends in any way, so a stale lock
 * cannot remain. Returns a function that releases the lock. Throws a DirectoryLockError.
 */
export async function lockDirectory(path: string): Promise<() => void> {
  let database: Database;
  try {
    await makeDirectory(path);
    database = new Database(lockFile(path), { create: true, readwrite: true });
  } catch (error) {
    throw unwritable(path, error);
  }
  try {
    refuseSecond(database, path);
    awaitWorkers(database, path);
    return () => database.close();
  } catch (error) {
    database.close();
    throw error instanceof DirectoryLockError ? error : unwritable(path, error);
  }
}

/**
 * Shares the lock of the supervisor, so that no other process can lock the directory while this worker lives. Returns a
 * function that releases the share.
 */
export function shareDirectoryLock(path: string): () => void {
  const database = new Database(lockFile(path), { readonly: true });
  database.run("BEGIN");
  // SQLite locks the file at the first read.
  database.query("SELECT count(*) FROM sqlite_schema").get();
  return () => database.close();
}

function lockFile(path: string): string {
  return join(path, "lock.sqlite");
}

/** Throws if another process has the write lock. Readers do not conflict with it. */
function refuseSecond(database: Database, path: string): void {
  if (!locked(database, "IMMEDIATE")) {
    requireLocks(path);
    throw new DirectoryLockError(
      `the data directory ${path} is in use by another process; stop that process, or use another directory`,
    );
  }
}

/**
 * Throws if the filesystem refuses all locks. SQLite reports a lock that the system refuses (ENOLCK: a network
 * filesystem without its lock service) like a lock of another process. A new file, which no other process uses,
 * distinguishes the two.
 */
function requireLocks(path: string): void {
  const file = join(path, `lock-test-${crypto.randomUUID()}.sqlite`);
  const database = new Database(file, { create: true, readwrite: true });
  try {
    if (locked(database, "IMMEDIATE")) return;
  } finally {
    database.close();
    rmSync(file, { force: true });
  }
  throw new DirectoryLockError(
    `the filesystem of the data directory ${path} does not support locks (ENOLCK); put the data on a local disk, ` +
      "or start the lock service of the network filesystem",
  );
}

/** Waits for the workers of a killed process. They exit soon, but may write until then. */
function awaitWorkers(database: Database, path: string): void {
  database.run("ROLLBACK");
  database.run(`PRAGMA busy_timeout = ${baseLimits.workerEndMs}`);
  if (!locked(database, "EXCLUSIVE")) {
    throw new DirectoryLockError(
      `the data directory ${path} is in use by workers of a process that has exited; stop them`,
    );
  }
  database.run("ROLLBACK");
  database.run("PRAGMA busy_timeout = 0");
  refuseSecond(database, path);
}

function locked(database: Database, kind: "IMMEDIATE" | "EXCLUSIVE"): boolean {
  try {
    database.run(`BEGIN ${kind}`);
    return true;
  } catch (error) {
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY")) return false;
    throw error;
  }
}

function unwritable(path: string, error: unknown): DirectoryLockError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EEXIST" || code === "ENOTDIR") {
    const file = code === "EEXIST" ? path : firstFileIn(path);
    return new DirectoryLockError(
      `the data directory ${path} cannot be created: ${file} is a file; use another directory`,
    );
  }
  const owner = otherOwner(path, ["lock.sqlite"]);
  const reason =
    owner === undefined ? message : `${owner}; start as that user, change the owner, or use another directory`;
  return new DirectoryLockError(`the data directory ${path} cannot be written: ${reason}`);
}

/** The part of a path that is a file and prevents directories below it. */
function firstFileIn(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : firstFileIn(above);
}
