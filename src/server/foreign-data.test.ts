import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findForeignData } from "./foreign-data.ts";

const folder = mkdtempSync(join(tmpdir(), "lading-foreign-data-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;

/** Returns what is found in a directory with these files. */
function foundIn(...files: readonly string[]) {
  const data = join(folder, String((count += 1)));
  mkdirSync(data);
  for (const file of files) {
    mkdirSync(dirname(join(data, file)), { recursive: true });
    writeFileSync(join(data, file), "");
  }
  return findForeignData(data);
}

test("data of other registries is found in the directory, above it and below it", () => {
  const distribution = "of registry:2 or another registry that is built on distribution";
  const link = "repositories/a/_layers/sha256/x/link";
  const cases: readonly (readonly [files: readonly string[], path: string, whose: string])[] = [
    [[`docker/registry/v2/${link}`], "docker/registry/v2", distribution],
    [[`registry/docker/registry/v2/${link}`], "registry/docker/registry/v2", "of Harbor"],
    [[`registry/v2/${link}`], "registry/v2/repositories", distribution],
    [[`v2/${link}`], "v2/repositories", distribution],
    [[link, "blobs/sha256/x/y/data"], "repositories", distribution],
    [["oci-layout", "index.json"], "oci-layout", "of an OCI image layout"],
    [["app/oci-layout"], "app/oci-layout", "of zot, or image layouts"],
    [["cache.db", "team/other/index.json", "team/app/oci-layout"], "team/app/oci-layout", "of zot, or image layouts"],
  ];
  for (const [files, path, whose] of cases) expect([files, foundIn(...files)]).toEqual([files, { path, whose }]);
});

test("an empty directory, a missing one and Lading's own data are not foreign", () => {
  expect(foundIn()).toBeUndefined();
  expect(foundIn("lost+found/x", "blobs/x", "a/b/c/oci-layout")).toBeUndefined();
  expect(foundIn("metadata.sqlite", "storage/blobs/00/x", "storage/uploads/x", "replies/0/x")).toBeUndefined();
  expect(findForeignData(join(folder, "missing"))).toBeUndefined();
  writeFileSync(join(folder, "file"), "");
  expect(findForeignData(join(folder, "file"))).toBeUndefined();
});
