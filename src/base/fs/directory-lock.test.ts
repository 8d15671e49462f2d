import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { DirectoryLockError, lockDirectory, shareDirectoryLock } from "./directory-lock.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-lock-"));
});
afterEach(() => rm(directory, { recursive: true }));

const joining = `
  import { shareDirectoryLock } from ${JSON.stringify(join(import.meta.dir, "directory-lock.ts"))};
  // Global, because the garbage collector closes an unreferenced connection and so releases its lock.
  globalThis.leave = shareDirectoryLock(process.argv[1]);
  process.stdout.write("joined");
  await Bun.sleep(Number(process.argv[2]));
  process.exit(0);
`;

/** A worker process that shares the lock, and exits after `forMs` milliseconds. */
async function joined(forMs: number) {
  const child = Bun.spawn([process.execPath, "-e", joining, directory, String(forMs)], { stdout: "pipe" });
  await child.stdout.getReader().read();
  return child;
}

test("a directory is locked once, also while workers share the lock", async () => {
  const unlock = await lockDirectory(directory);
  const leave = shareDirectoryLock(directory);
  expect(await rejectionOf(lockDirectory(directory))).toBeInstanceOf(DirectoryLockError);
  leave();
  expect(String(await rejectionOf(lockDirectory(directory)))).toContain("in use by another process");
  unlock();
  (await lockDirectory(directory))();
});

test("a lock waits for the workers of the previous process", async () => {
  (await lockDirectory(directory))();
  const worker = await joined(300);
  const unlock = await lockDirectory(directory);
  // The lock was taken only after the worker's end. A worker that joins now belongs to this process.
  expect(await worker.exited).toBe(0);
  shareDirectoryLock(directory)();
  unlock();
});

test("a lock stops waiting for them, and leaves nothing locked", async () => {
  (await lockDirectory(directory))();
  const worker = await joined(60_000);
  const refusal = String(await rejectionOf(lockDirectory(directory)));
  worker.kill("SIGKILL");
  await worker.exited;
  expect(refusal).toContain("workers of a process that has exited");
  const database = new Database(join(directory, "lock.sqlite"));
  database.run("BEGIN EXCLUSIVE");
  database.close();
});
