import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { faultOf, readRegularFile, readRegularFileSync } from "./regular-file.ts";

const maxBytes = 2_048;

async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "lading-regular-file-"));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Returns why neither function can read a file. */
async function faultIn(path: string): Promise<string> {
  const fault = faultOf(await rejectionOf(readRegularFile(path, maxBytes)));
  try {
    readRegularFileSync(path, maxBytes);
  } catch (error) {
    expect(faultOf(error)).toBe(fault);
    return fault;
  }
  throw new Error("the file was read");
}

test("a regular file is read up to its limit, also through a link", () =>
  withDirectory(async (directory) => {
    const [path, link] = [join(directory, "file"), join(directory, "link")];
    symlinkSync(path, link);
    for (const size of [0, 1, maxBytes]) {
      const content = new Uint8Array(size).fill(7);
      writeFileSync(path, content, { mode: 0o600 });
      expect(readRegularFileSync(link, maxBytes)).toEqual(content);
      const { bytes, mode } = await readRegularFile(link, maxBytes);
      expect([bytes, mode & 0o777]).toEqual([content, 0o600]);
    }
    writeFileSync(path, new Uint8Array(maxBytes + 1));
    expect(await faultIn(link)).toBe("is larger than 2 KiB");
  }));

test("pipes, devices, directories and missing files are refused at once", () =>
  withDirectory(async (directory) => {
    const pipe = join(directory, "pipe");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    expect(await faultIn(pipe)).toBe("is a pipe or a device; it must be a regular file");
    expect(await faultIn("/dev/zero")).toBe("is a pipe or a device; it must be a regular file");
    mkdirSync(join(directory, "folder"));
    expect(await faultIn(join(directory, "folder"))).toBe("is a directory; it must be a file");
    expect(await faultIn(join(directory, "none"))).toBe("does not exist");
    expect(await faultIn(join(pipe, "below"))).toBe("does not exist");
    expect(await faultIn(join(directory, "x".repeat(300)))).toBe("is too long for a path");
  }));
