import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { syncDirectory } from "../../base/fs/directory.ts";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { StorageFault, StorageFull, UploadLost } from "../driver.ts";
import { asStorageError, errorCode, openExisting, removeIfThere, writeFully, writeFullySync } from "./files.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-files-"));
});
afterEach(() => rm(directory, { recursive: true }));

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: what the system said`), { code });
}

describe("asStorageError", () => {
  test("recognizes a full disk, and any other failure", () => {
    for (const code of ["ENOSPC", "EDQUOT"]) expect(asStorageError(failure(code))).toBeInstanceOf(StorageFull);
    for (const code of ["EIO", "EROFS", "EACCES", "ELOOP"]) {
      expect(asStorageError(failure(code))).toBeInstanceOf(StorageFault);
    }
    expect(asStorageError(failure("EIO")).message).toBe("EIO: what the system said");
  });

  test("leaves a storage error unchanged", () => {
    for (const named of [new StorageFull("a"), new StorageFault("b"), new UploadLost("c")]) {
      expect(asStorageError(named)).toBe(named);
    }
  });
});

test("errorCode is that of a system error", () => {
  expect(errorCode(failure("EIO"))).toBe("EIO");
  expect(errorCode(new Error("of our own"))).toBeUndefined();
  expect(errorCode("EIO")).toBeUndefined();
});

describe("openExisting", () => {
  test("opens an existing file, and returns undefined for a missing one", async () => {
    const path = join(directory, "file");
    expect(openExisting(path, constants.O_RDWR)).toBeUndefined();
    await writeFile(path, "hello");
    const file = openExisting(path, constants.O_RDONLY);
    expect(readFileSync(file!, "utf8")).toBe("hello");
    closeSync(file!);
  });

  test("does not follow links", async () => {
    await writeFile(join(directory, "target"), "hello");
    await symlink(join(directory, "target"), join(directory, "link"));
    expect(() => openExisting(join(directory, "link"), constants.O_RDONLY)).toThrow(StorageFault);
  });
});

test("writeFully writes at a position and leaves the rest", async () => {
  const path = join(directory, "file");
  await writeFile(path, "hello world");
  const file = openSync(path, "r+");
  await writeFully(file, new Uint8Array(Buffer.from("HE")), 0);
  writeFullySync(file, new Uint8Array(Buffer.from("LD!")), 9);
  await writeFully(file, new Uint8Array(0), 100);
  closeSync(file);
  expect(await readFile(path, "utf8")).toBe("HEllo worLD!");
});

test("removeIfThere removes a file, and nothing else", async () => {
  const path = join(directory, "file");
  await writeFile(path, "hello");
  await removeIfThere(path);
  expect(openExisting(path, constants.O_RDONLY)).toBeUndefined();
  await removeIfThere(path);
  expect(await rejectionOf(removeIfThere(directory))).toBeInstanceOf(StorageFault);
});

test("syncDirectory accepts only directories", async () => {
  await syncDirectory(directory);
  const path = join(directory, "file");
  await writeFile(path, "hello");
  expect(errorCode(await rejectionOf(syncDirectory(path)))).toBe("ENOTDIR");
});
