import { Database, SQLiteError } from "bun:sqlite";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeDirectory } from "./directory.ts";
import { baseLimits } from "../limits.ts";
import { otherOwner } from "./ownership.ts";

/** The directory cannot be used; the message says why, and what to do. */
export class DirectoryLockError extends Error {}

/**
 * Makes a directory ours alone for as long as this process lives; workers of ours may join. The lock is SQLite's, on a file
 * of its own: the system drops it with the process, however that ends, so no stale lock is ever left. Returns what gives it
 * back.
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

/** Keeps the directory from being claimed anew while a worker of the process that has claimed it lives. */
export function shareDirectoryLock(path: string): () => void {
  const database = new Database(lockFile(path), { readonly: true });
  database.run("BEGIN");
  // The lock comes with the first read.
  database.query("SELECT count(*) FROM sqlite_schema").get();
  return () => database.close();
}

function lockFile(path: string): string {
  return join(path, "lock.sqlite");
}

/** One that holds the write lock is in the way of another, and not of those that read. */
function refuseSecond(database: Database, path: string): void {
  if (!locked(database, "IMMEDIATE")) {
    requireLocks(path);
    throw new DirectoryLockError(
      `the data directory ${path} is in use by another process; stop that one, or name another`,
    );
  }
}

/**
 * SQLite tells a lock that the system refuses for another reason (ENOLCK: a network filesystem without its lock service) like one
 * that another process holds. A file that no one else knows tells the two apart.
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
    `the filesystem of the data directory ${path} gives no locks (ENOLCK); put the data on a disk of this machine, ` +
      "or start the lock service of the network filesystem",
  );
}

/** Workers of a process that was killed end in a moment, and until then they write. */
function awaitWorkers(database: Database, path: string): void {
  database.run("ROLLBACK");
  database.run(`PRAGMA busy_timeout = ${baseLimits.workerEndMs}`);
  if (!locked(database, "EXCLUSIVE")) {
    throw new DirectoryLockError(
      `the data directory ${path} is in use by workers of a process that has ended; stop them`,
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
      `the data directory ${path} cannot be made: ${file} is a file; name another directory`,
    );
  }
  const owner = otherOwner(path, ["lock.sqlite"]);
  const reason = owner === undefined ? message : `${owner}; start as that user, give it to this one, or name another`;
  return new DirectoryLockError(`the data directory ${path} cannot be written: ${reason}`);
}

/** The part of a path that is in the way of directories below it. */
function firstFileIn(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : firstFileIn(above);
}
