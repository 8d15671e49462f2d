import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildInfoFile, buildInfoOf, commitOf } from "./build-info.ts";

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

test("the file of a package says where it is from, and a checkout does not believe it", () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-build-info-"));
  try {
    expect(buildInfoOf(folder)).toEqual({ commit: null, installation: "source" });
    const info = { commit: "0".repeat(40), installation: "npm" } as const;
    writeFileSync(join(folder, buildInfoFile), JSON.stringify(info));
    expect(buildInfoOf(folder)).toEqual(info);
    Bun.spawnSync(["git", "init", "--quiet", folder]);
    expect(buildInfoOf(folder).installation).toBe("source");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
