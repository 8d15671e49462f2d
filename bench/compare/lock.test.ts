import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aloneUnder } from "./lock.ts";

/** Whether somebody else could have the lock now. */
function isFree(file: string): boolean {
  return Bun.spawnSync(["flock", "--nonblock", file, "true"]).exitCode === 0;
}

test("the lock is held while the work goes on, and given back after it, also where it fails", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-lock-"));
  const file = join(folder, "lock");
  const alone = aloneUnder(file);
  try {
    expect(await alone(async () => isFree(file))).toBe(false);
    expect(isFree(file)).toBe(true);
    const failed = await alone(() => Promise.reject(new Error("broke"))).catch((error: Error) => error.message);
    expect(failed).toBe("broke");
    expect(isFree(file)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("without a file, the work is done all the same", async () => {
  expect(await aloneUnder(undefined)(async () => 7)).toBe(7);
});
