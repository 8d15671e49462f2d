import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canMountSmallDisk, mountSmallDisk } from "../../../checks/faults/small-disk.ts";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { digestOf, encodedOf } from "../../oci/digest.ts";
import { lastingStorageSuite, storageDriverSuite } from "../driver.suite.ts";
import { StorageFault, StorageFull, UploadLost } from "../driver.ts";
import {
  bytes,
  commitUpload,
  keepUpload,
  newSession,
  pattern,
  readObject,
  type LastingDriver,
} from "../suite/content.ts";
import { FilesystemDriver } from "./driver.ts";

async function openTemporary(): Promise<LastingDriver> {
  const place = await mkdtemp(join(tmpdir(), "lading-storage-"));
  return {
    driver: await FilesystemDriver.open(place),
    reopen: () => FilesystemDriver.open(place),
    dispose: () => rm(place, { recursive: true }),
  };
}

storageDriverSuite("the filesystem driver fulfils the contract", openTemporary);
lastingStorageSuite("the filesystem driver fulfils the contract", openTemporary);

const someDigest = digestOf(bytes("some content"));

let directory: string;
let root: string;
let driver: FilesystemDriver;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-storage-"));
  root = join(directory, "storage");
  driver = await FilesystemDriver.open(root);
});
afterEach(async () => {
  for (const name of await readdir(join(root, "uploads"))) await rm(join(root, "uploads", name), { recursive: true });
});
afterAll(() => rm(directory, { recursive: true }));

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** Paths under the root that this process has open. */
function openFiles(): string[] {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // The descriptor that reads the directory itself.
      return "";
    }
  });
  return targets.filter((target) => target.startsWith(root));
}

describe("the layout", () => {
  test("has a place for sessions and 256 for the objects of each algorithm", async () => {
    expect((await readdir(root)).toSorted()).toEqual(["blobs", "uploads"]);
    expect((await readdir(join(root, "blobs"))).toSorted()).toEqual(["sha256", "sha512"]);
    const shards = Array.from({ length: 256 }, (_, shard) => shard.toString(16).padStart(2, "0"));
    for (const algorithm of ["sha256", "sha512"]) {
      expect((await readdir(join(root, "blobs", algorithm))).toSorted()).toEqual(shards);
    }
  });

  test("the bytes of an upload session are stored under its id until they are discarded", async () => {
    await keepUpload(driver, "session", bytes("hello"));
    expect(await readFile(join(root, "uploads", "session"), "utf8")).toBe("hello");
    await commitUpload(driver, "session", bytes("bye"));
    expect(await readFile(join(root, "uploads", "session"), "utf8")).toBe("bye");
    await driver.discardUpload("session");
    expect(await readdir(join(root, "uploads"))).toEqual([]);
  });

  test("an object is stored under the digits of its digest and a unique id", async () => {
    const content = bytes("hello");
    for (const algorithm of ["sha256", "sha512"] as const) {
      const digest = digestOf(content, algorithm);
      const key = await commitUpload(driver, `session-${algorithm}`, content, digest);
      const hex = encodedOf(digest);
      expect(key).toMatch(new RegExp(`^blobs/${algorithm}/${hex.slice(0, 2)}/${hex}\\.[0-9a-f-]{36}$`));
      expect(await readFile(join(root, key), "utf8")).toBe("hello");
    }
  });

  test("other users cannot read it, with any umask of the process", async () => {
    const before = process.umask(0);
    try {
      const place = join(directory, "open to all");
      const reopened = await FilesystemDriver.open(place);
      await keepUpload(reopened, "kept", bytes("hello"));
      const key = await commitUpload(reopened, "committed", bytes("hello"));
      expect(mode(join(place, "uploads", "kept"))).toBe("600");
      expect(mode(join(place, key))).toBe("600");
      const shard = join("blobs", "sha256", "00");
      for (const part of ["", "uploads", "blobs", join("blobs", "sha256"), shard]) {
        expect(mode(join(place, part))).toBe("700");
      }
    } finally {
      process.umask(before);
    }
  });

  test("missing directories are created again", async () => {
    const key = await commitUpload(driver, newSession(), bytes("hello"));
    await rm(join(root, "blobs", "sha512"), { recursive: true });
    const reopened = await FilesystemDriver.open(root);
    expect(await readdir(join(root, "blobs", "sha512"))).toHaveLength(256);
    expect(await readObject(reopened, key)).toEqual(bytes("hello"));
  });
});

describe("foreign files in the storage", () => {
  test("a link in the place of an upload session is refused, and its target is not touched", async () => {
    const target = join(directory, "target");
    await writeFile(target, "not ours");
    await symlink(target, join(root, "uploads", "session"));
    expect(await rejectionOf(driver.openUpload("session", 0))).toBeInstanceOf(StorageFault);
    expect(await rejectionOf(driver.openUpload("session", 3))).toBeInstanceOf(StorageFault);
    const reading = driver.readUpload("session", 3)[Symbol.asyncIterator]().next();
    expect(await rejectionOf(reading)).toBeInstanceOf(StorageFault);
    expect(await readFile(target, "utf8")).toBe("not ours");
  });

  test("a dangling link is refused, and its target is not created", async () => {
    const target = join(directory, "nowhere");
    await symlink(target, join(root, "uploads", "session"));
    expect(await rejectionOf(driver.openUpload("session", 0))).toBeInstanceOf(StorageFault);
    expect(existsSync(target)).toBe(false);
  });

  test("discarding a link removes only the link", async () => {
    const target = join(directory, "target");
    await writeFile(target, "not ours");
    await symlink(target, join(root, "uploads", "session"));
    await driver.discardUpload("session");
    expect(await readdir(join(root, "uploads"))).toEqual([]);
    expect(await readFile(target, "utf8")).toBe("not ours");
  });

  test("H5 a link or a pipe is not an object", async () => {
    const target = join(directory, "object");
    await writeFile(target, "not ours");
    const impostors: Readonly<Record<string, (path: string) => Promise<void> | void>> = {
      link: (path) => symlink(target, path),
      dangling: (path) => symlink(join(directory, "nothing"), path),
      circle: (path) => symlink(path, path),
      pipe: (path) => void Bun.spawnSync(["mkfifo", path]),
    };
    for (const [name, make] of Object.entries(impostors)) {
      const key = join("blobs", "sha256", "ab", name);
      await make(join(root, key));
      expect(await driver.open(key)).toBeUndefined();
      expect(await driver.sizeOf(key)).toBeUndefined();
      expect(await driver.timeOf(key)).toBeUndefined();
      for (const size of [0, 8]) expect(await driver.read(key, size)).toBeUndefined();
      await driver.remove(key);
      expect(await readdir(join(root, "blobs", "sha256", "ab"))).not.toContain(name);
    }
    expect(await readFile(target, "utf8")).toBe("not ours");
  });

  test("a directory is neither an object nor an upload session", async () => {
    const key = join("blobs", "sha256", "ab", "directory");
    await mkdir(join(root, key));
    expect(await driver.open(key)).toBeUndefined();
    expect(await driver.sizeOf(key)).toBeUndefined();
    expect(await driver.read(key, 0)).toBeUndefined();
    await mkdir(join(root, "uploads", "session"));
    expect(await rejectionOf(driver.openUpload("session", 0))).toBeInstanceOf(StorageFault);
  });
});

describe("an upload session whose file", () => {
  test("is shorter than the acknowledged bytes is lost", async () => {
    await keepUpload(driver, "session", pattern(1000));
    await truncate(join(root, "uploads", "session"), 999);
    expect(await rejectionOf(driver.openUpload("session", 1000))).toBeInstanceOf(UploadLost);
    expect((await stat(join(root, "uploads", "session"))).size).toBe(999);
    const writer = await driver.openUpload("session", 999);
    expect(writer.offset).toBe(999);
    await writer.close();
  });

  test("is missing is lost, and is not created", async () => {
    await keepUpload(driver, "session", pattern(1000));
    await rm(join(root, "uploads", "session"));
    expect(await rejectionOf(driver.openUpload("session", 1000))).toBeInstanceOf(UploadLost);
    expect(await readdir(join(root, "uploads"))).toEqual([]);
  });

  test("is longer than the acknowledged bytes is truncated on the disk", async () => {
    await keepUpload(driver, "session", pattern(1000));
    const writer = await driver.openUpload("session", 400);
    await writer.close();
    expect(new Uint8Array(await readFile(join(root, "uploads", "session")))).toEqual(pattern(1000).slice(0, 400));
  });

  test("is removed before the commit is lost, and no object is created", async () => {
    const writer = await driver.openUpload("session", 0);
    await writer.write(bytes("hello"));
    await driver.discardUpload("session");
    const hex = encodedOf(someDigest);
    expect(await rejectionOf(writer.commit(someDigest))).toBeInstanceOf(UploadLost);
    await writer.close();
    expect(await readdir(join(root, "blobs", "sha256", hex.slice(0, 2)))).not.toContain(`${hex}.session`);
  });
});

describe("descriptors", () => {
  test.skipIf(!existsSync("/proc/self/fd"))("the driver closes every descriptor", async () => {
    await keepUpload(driver, "session", pattern(3 * 1024 * 1024));
    for await (const _ of driver.readUpload("session", 3 * 1024 * 1024)) break;
    await rejectionOf(driver.openUpload("session", 4 * 1024 * 1024));
    await rejectionOf(driver.readUpload("never there", 1)[Symbol.asyncIterator]().next());
    const key = await commitUpload(driver, "committed", bytes("hello"));
    await (await driver.open(key))?.bytes();
    await driver.probe();
    expect(openFiles()).toEqual([]);
  });
});

describe("a full disk", () => {
  const mountable = canMountSmallDisk();
  const reason = mountable ? "" : " (skipped: only root can mount a small disk)";

  test.skipIf(!mountable)(
    `is reported, keeps the stored bytes, and accepts bytes again when it has space${reason}`,
    async () => {
      const disk = mountSmallDisk(2 * 1024 * 1024)!;
      try {
        const small = await FilesystemDriver.open(disk.path);
        await keepUpload(small, "kept", pattern(100_000));
        const key = await commitUpload(small, "committed", pattern(100_000));
        await small.discardUpload("committed");

        const writer = await small.openUpload("large", 0);
        const chunk = pattern(300_000);
        const filling = async () => {
          for (let chunks = 0; chunks < 10; chunks += 1) await writer.write(chunk);
        };
        expect(await rejectionOf(filling())).toBeInstanceOf(StorageFull);
        // The offset does not count the chunk that did not fit as a whole.
        expect(writer.offset % chunk.length).toBe(0);
        expect(writer.offset).toBeGreaterThan(0);
        expect(await rejectionOf(small.probe())).toBeInstanceOf(StorageFull);
        expect(await readObject(small, key)).toEqual(pattern(100_000));
        const { offset } = writer;
        await writer.close();

        await small.remove(key);
        await small.probe();
        const resumed = await small.openUpload("large", offset);
        await resumed.write(bytes("there is room"));
        await resumed.sync();
        await resumed.close();
        const kept = await small.openUpload("kept", 100_000);
        await kept.close();
        expect((await small.listUploads()).toSorted()).toEqual(["kept", "large"]);
      } finally {
        disk.unmount();
      }
    },
  );
});
