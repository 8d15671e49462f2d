import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aloneUnder } from "./lock.ts";

/** Whether another process could get the lock now. */
function isFree(file: string): boolean {
  return Bun.spawnSync(["flock", "--nonblock", file, "true"]).exitCode === 0;
}

test("the lock is locked during the work, and released after it, also if the work fails", async () => {
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

test("without a file, the work runs without a lock", async () => {
  expect(await aloneUnder(undefined)(async () => 7)).toBe(7);
});
