import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../test/rejection.ts";
import { ClaimError, claimDirectory, joinDirectory } from "./claim.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-claim-"));
});
afterEach(() => rm(directory, { recursive: true }));

const joining = `
  import { joinDirectory } from ${JSON.stringify(join(import.meta.dir, "claim.ts"))};
  // Kept: a connection that nobody refers to is closed by the collector, and its lock is gone.
  globalThis.leave = joinDirectory(process.argv[1]);
  process.stdout.write("joined");
  await Bun.sleep(Number(process.argv[2]));
  process.exit(0);
`;

/** A process that has joined, and ends by itself after so long. */
async function joined(forMs: number) {
  const child = Bun.spawn([process.execPath, "-e", joining, directory, String(forMs)], { stdout: "pipe" });
  await child.stdout.getReader().read();
  return child;
}

test("a directory is claimed once, also while workers have joined", async () => {
  const giveBack = await claimDirectory(directory);
  const leave = joinDirectory(directory);
  expect(await rejectionOf(claimDirectory(directory))).toBeInstanceOf(ClaimError);
  leave();
  expect(String(await rejectionOf(claimDirectory(directory)))).toContain("in use by another process");
  giveBack();
  (await claimDirectory(directory))();
});

test("a claim waits for the workers of the one before", async () => {
  (await claimDirectory(directory))();
  const worker = await joined(300);
  const giveBack = await claimDirectory(directory);
  // It was held until the worker's end: whoever joins now is ours.
  expect(await worker.exited).toBe(0);
  joinDirectory(directory)();
  giveBack();
});

test("a claim does not wait for them for ever, and leaves nothing locked", async () => {
  (await claimDirectory(directory))();
  const worker = await joined(60_000);
  const refusal = String(await rejectionOf(claimDirectory(directory)));
  worker.kill("SIGKILL");
  await worker.exited;
  expect(refusal).toContain("workers of a process that has ended");
  const database = new Database(join(directory, "lock.sqlite"));
  database.run("BEGIN EXCLUSIVE");
  database.close();
});
