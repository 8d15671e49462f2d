import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { networkFilesystemOf } from "./network-filesystem.ts";

test("L34: network filesystems are recognized by their numbers", () => {
  expect(networkFilesystemOf("/data", () => 0x6969)).toBe("NFS");
  expect(networkFilesystemOf("/data", () => 0xff534d42)).toBe("CIFS");
  expect(networkFilesystemOf("/data", () => 0xff534d42 | 0)).toBe("CIFS");
  expect(networkFilesystemOf("/data", () => 0x65735546)).toBe("FUSE");
});

test("L34: local filesystems and missing paths are not network filesystems", () => {
  expect(networkFilesystemOf(tmpdir())).toBeUndefined();
  expect(networkFilesystemOf("/nowhere/at/all")).toBeUndefined();
  expect(networkFilesystemOf("/data", () => 0xef53)).toBeUndefined();
});
