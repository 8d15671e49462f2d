import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitOf } from "./build-info.ts";

test("a folder that is not a checkout has no commit, even inside of a checkout", () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-build-info-"));
  try {
    const inside = join(folder, "inside");
    mkdirSync(inside);
    Bun.spawnSync(["git", "init", "--quiet", folder]);
    const commit = ["-c", "user.name=x", "-c", "user.email=x", "commit", "--quiet", "--allow-empty", "-m", "first"];
    Bun.spawnSync(["git", "-C", folder, ...commit]);
    expect(commitOf(folder)).toMatch(/^[0-9a-f]{40}$/);
    expect(commitOf(inside)).toBeNull();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
