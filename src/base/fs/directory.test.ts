import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { makeDirectory, syncDirectory } from "./directory.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lading-directory-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function permissionsOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe("makeDirectory", () => {
  test("creates every missing directory, for this user alone, with any umask", async () => {
    const before = process.umask(0);
    try {
      await makeDirectory(join(root, "a", "b", "c"));
    } finally {
      process.umask(before);
    }
    for (const path of ["a", "a/b", "a/b/c"]) expect([path, permissionsOf(join(root, path))]).toEqual([path, 0o700]);
  });

  test("leaves an existing directory unchanged", async () => {
    const path = join(root, "there");
    mkdirSync(path);
    chmodSync(path, 0o755);
    writeFileSync(join(path, "file"), "kept");
    await makeDirectory(path);
    await makeDirectory(join(path, "below"));
    expect([permissionsOf(path), permissionsOf(join(path, "below"))]).toEqual([0o755, 0o700]);
    expect(existsSync(join(path, "file"))).toBe(true);
  });

  // Each is another way to write a path. The search for the nearest existing directory must end for all of them.
  for (const [what, path] of [
    ["relative", () => relative(process.cwd(), join(root, "x", "y"))],
    ["that ends in a slash", () => `${join(root, "x", "y")}/`],
    ["with dots in it", () => `${root}/./x/../x/./y`],
    ["with slashes twice", () => `${root}//x//y`],
  ] as const) {
    test(`accepts a path ${what}`, async () => {
      await makeDirectory(path());
      expect(statSync(join(root, "x", "y")).isDirectory()).toBe(true);
    });
  }

  test("two concurrent calls for the same path succeed", async () => {
    const path = join(root, "a", "b", "c");
    await Promise.all([makeDirectory(path), makeDirectory(path), makeDirectory(join(path, "d"))]);
    expect(statSync(join(path, "d")).isDirectory()).toBe(true);
  });

  test("throws if a file is in the way", async () => {
    writeFileSync(join(root, "file"), "");
    expect(await rejectionOf(makeDirectory(join(root, "file", "below")))).toMatchObject({ code: "ENOTDIR" });
    expect(await rejectionOf(makeDirectory(join(root, "file")))).toMatchObject({ code: "EEXIST" });
  });
});

describe("syncDirectory", () => {
  test("syncs a directory", async () => {
    expect(await syncDirectory(root)).toBeUndefined();
  });

  test("throws if the path is missing or not a directory", async () => {
    writeFileSync(join(root, "file"), "");
    expect(await rejectionOf(syncDirectory(join(root, "missing")))).toMatchObject({ code: "ENOENT" });
    expect(await rejectionOf(syncDirectory(join(root, "file")))).toMatchObject({ code: "ENOTDIR" });
  });
});
