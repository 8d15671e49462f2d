import { Database, SQLiteError } from "bun:sqlite";
import { join } from "node:path";
import { makeDirectory } from "./directory.ts";

/** The directory cannot be used; the message says why, and what to do. */
export class ClaimError extends Error {}

/**
 * Makes a directory ours alone for as long as this process lives. The lock is SQLite's, on a file of its own: the system
 * drops it with the process, however that ends, so no stale lock is ever left. Returns what gives it back.
 */
export async function claimDirectory(path: string): Promise<() => void> {
  const lock = join(path, "lock.sqlite");
  let database: Database;
  try {
    await makeDirectory(path);
    database = new Database(lock, { create: true, readwrite: true });
  } catch (error) {
    throw new ClaimError(`the data directory ${path} cannot be written: ${(error as Error).message}`);
  }
  try {
    database.run("BEGIN EXCLUSIVE");
    return () => database.close();
  } catch (error) {
    database.close();
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY")) {
      throw new ClaimError(`the data directory ${path} is in use by another process; stop that one, or name another`);
    }
    throw new ClaimError(`the data directory ${path} cannot be written: ${(error as Error).message}`);
  }
}
