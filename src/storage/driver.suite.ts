/** The contract of driver.ts as tests, which every driver runs: all of them on one storage, each with sessions of its own. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { rejectionOf } from "../../test/support/rejection.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { UploadLost, type StorageDriver } from "./driver.ts";

export interface OpenedDriver {
  /** Empty. */
  readonly driver: StorageDriver;
  /** Removes everything that was stored. */
  dispose(): Promise<void>;
}

/** A storage that outlives its process. */
export interface LastingDriver extends OpenedDriver {
  /** The same storage, as a process that starts anew finds it. */
  reopen(): Promise<StorageDriver>;
}

type Current = () => StorageDriver;

const MiB = 1024 * 1024;
const someDigest = digestOf(bytes("some content"));

export function storageDriverSuite(name: string, open: () => Promise<OpenedDriver>): void {
  describe(name, () => {
    let opened: OpenedDriver;
    beforeAll(async () => {
      opened = await open();
    });
    afterEach(async () => {
      for (const id of await opened.driver.listUploads()) await opened.driver.discardUpload(id);
    });
    afterAll(() => opened.dispose());

    const current = () => opened.driver;
    describe("upload bytes", () => uploadTests(current));
    describe("upload sessions", () => sessionTests(current));
    describe("upload bytes that are resumed", () => resumeTests(current));
    describe("upload bytes in any division", () => divisionTests(current));
    describe("upload bytes that were lost", () => lossTests(current));
    describe("upload bytes that are read", () => readTests(current));
    describe("objects", () => objectTests(current));
    describe("objects that are listed", () => listTests(current));
    describe("objects that are replaced", () => replaceTests(current));
    describe("keys", () => keyTests(current));
  });
}

export function lastingStorageSuite(name: string, open: () => Promise<LastingDriver>): void {
  test(`${name}: a process that starts anew finds the objects and the sessions that were kept`, async () => {
    const opened = await open();
    const { driver } = opened;
    try {
      const content = pattern(100_000);
      const key = await commitUpload(driver, "committed", content);
      await driver.discardUpload("committed");
      await keepUpload(driver, "kept", bytes("hello"));

      const anew = await opened.reopen();
      expect(await readObject(anew, key)).toEqual(content);
      expect(await anew.listUploads()).toEqual(["kept"]);
      expect(await readUpload(anew, "kept", 5)).toEqual(bytes("hello"));
      expect(await readObject(anew, await commitAt(anew, "kept", 5, " again"))).toEqual(bytes("hello again"));
      await anew.remove(key);
      expect(await anew.open(key)).toBeUndefined();
    } finally {
      await opened.dispose();
    }
  });
}

/** An id that no session had before. */
export function newSession(): string {
  return crypto.randomUUID();
}

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** Bytes that differ from place to place, so that none can be lost or exchanged unseen. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, at) => (at * 31 + (at >> 8)) % 251);
}

/** Leaves `content` in a session, durably. */
export async function keepUpload(driver: StorageDriver, id: string, content: Uint8Array): Promise<void> {
  const writer = await driver.openUpload(id, 0);
  await writer.write(content);
  await writer.sync();
  await writer.close();
}

export async function commitUpload(
  driver: StorageDriver,
  id: string,
  content: Uint8Array,
  digest: Digest = digestOf(content),
): Promise<string> {
  const writer = await driver.openUpload(id, 0);
  await writer.write(content);
  const key = await writer.commit(digest);
  await writer.close();
  return key;
}

export async function readObject(driver: StorageDriver, key: string): Promise<Uint8Array | undefined> {
  return (await driver.open(key))?.bytes();
}

async function readUpload(driver: StorageDriver, id: string, length: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // A driver may use the same buffer for every chunk.
  for await (const chunk of driver.readUpload(id, length)) chunks.push(chunk.slice());
  return new Uint8Array(Buffer.concat(chunks));
}

function uploadTests(current: Current): void {
  test("the offset counts what was written", async () => {
    const writer = await current().openUpload(newSession(), 0);
    expect(writer.offset).toBe(0);
    await writer.write(bytes("hello"));
    expect(writer.offset).toBe(5);
    await writer.write(bytes(""));
    await writer.write(bytes(" world"));
    expect(writer.offset).toBe(11);
    await writer.close();
  });

  test("a chunk may be reused as soon as its write was answered", async () => {
    const driver = current();
    const id = newSession();
    const writer = await driver.openUpload(id, 0);
    const chunk = bytes("first");
    await writer.write(chunk);
    chunk.set(bytes("other"));
    await writer.write(chunk);
    await writer.sync();
    await writer.close();
    expect(await readUpload(driver, id, 10)).toEqual(bytes("firstother"));
  });

  test("sessions that are written side by side do not mix", async () => {
    const driver = current();
    const contents = Array.from({ length: 40 }, (_, at) => pattern(10_000 + at));
    const keys = await Promise.all(contents.map((content) => commitUpload(driver, newSession(), content)));
    for (const [at, key] of keys.entries()) expect(await readObject(driver, key)).toEqual(contents[at]);
  });
}

function sessionTests(current: Current): void {
  test("sessions that have bytes are listed until they are discarded", async () => {
    const driver = current();
    expect(await driver.listUploads()).toEqual([]);
    const [kept, committed, discarded] = [newSession(), newSession(), newSession()];
    for (const id of [kept, committed, discarded]) await keepUpload(driver, id, bytes("hello"));
    expect((await driver.listUploads()).toSorted()).toEqual([kept, committed, discarded].toSorted());
    await driver.discardUpload(discarded);
    await commitUpload(driver, committed, bytes("hello"));
    expect((await driver.listUploads()).toSorted()).toEqual([kept, committed].toSorted());
    await driver.discardUpload(committed);
    expect(await driver.listUploads()).toEqual([kept]);
  });

  test("a discarded session is gone, and may be discarded again", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    await driver.discardUpload(id);
    await driver.discardUpload(id);
    await driver.discardUpload("never there");
    expect(await rejectionOf(driver.openUpload(id, 5))).toBeInstanceOf(UploadLost);
    const writer = await driver.openUpload(id, 0);
    expect(writer.offset).toBe(0);
    await writer.close();
    expect(await rejectionOf(readUpload(driver, id, 1))).toBeInstanceOf(UploadLost);
  });

  test("a probe leaves nothing behind", async () => {
    const driver = current();
    await driver.probe();
    await Promise.all([driver.probe(), driver.probe()]);
    expect(await driver.listUploads()).toEqual([]);
  });
}

function resumeTests(current: Current): void {
  test("a session goes on where it was kept", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    const writer = await driver.openUpload(id, 5);
    expect(writer.offset).toBe(5);
    await writer.write(bytes(" world"));
    const key = await writer.commit(digestOf(bytes("hello world")));
    await writer.close();
    expect(await readObject(driver, key)).toEqual(bytes("hello world"));
  });

  test("what lies beyond the offset was never acknowledged and is cut off", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello, and what nobody acknowledged"));
    const writer = await driver.openUpload(id, 5);
    await writer.sync();
    await writer.close();
    expect(await readUpload(driver, id, 5)).toEqual(bytes("hello"));
    expect(await rejectionOf(readUpload(driver, id, 6))).toBeInstanceOf(UploadLost);
    expect(await readObject(driver, await commitAt(driver, id, 5, "!"))).toEqual(bytes("hello!"));
  });

  test("what was written since the session was opened can be cut, and its room comes back", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    const writer = await driver.openUpload(id, 5);
    await writer.write(bytes(" nobody announced this"));
    await writer.rollback();
    expect(writer.offset).toBe(5);
    await writer.write(bytes(" again"));
    await writer.sync();
    await writer.close();
    expect(await readUpload(driver, id, 11)).toEqual(bytes("hello again"));
  });

  test("a session that was committed keeps its bytes until they are discarded, and its object does for ever", async () => {
    const driver = current();
    const id = newSession();
    const refused = await commitUpload(driver, id, bytes("hello"), digestOf(bytes("hello")));
    expect(await readUpload(driver, id, 5)).toEqual(bytes("hello"));

    const key = await commitAt(driver, id, 5, "");
    expect(key).not.toBe(refused);
    await driver.discardUpload(id);
    await driver.remove(refused);
    expect(await driver.open(refused)).toBeUndefined();
    expect(await readObject(driver, key)).toEqual(bytes("hello"));
  });

  test("a session may be begun anew at its start", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    expect(await readObject(driver, await commitAt(driver, id, 0, "bye"))).toEqual(bytes("bye"));
  });
}

function lossTests(current: Current): void {
  test("a session of fewer bytes than were acknowledged is lost", async () => {
    const driver = current();
    const id = newSession();
    expect(await rejectionOf(driver.openUpload(id, 1))).toBeInstanceOf(UploadLost);
    await keepUpload(driver, id, bytes("hello"));
    expect(await rejectionOf(driver.openUpload(id, 6))).toBeInstanceOf(UploadLost);
    // It was refused, not changed.
    expect(await readUpload(driver, id, 5)).toEqual(bytes("hello"));
  });

  test("a session that was committed and discarded is lost to whoever goes on with it", async () => {
    const driver = current();
    const id = newSession();
    await commitUpload(driver, id, bytes("hello"));
    await driver.discardUpload(id);
    expect(await rejectionOf(driver.openUpload(id, 5))).toBeInstanceOf(UploadLost);
    expect(await rejectionOf(readUpload(driver, id, 5))).toBeInstanceOf(UploadLost);
  });
}

function divisionTests(current: Current): void {
  test("however the bytes are divided into chunks and requests, they arrive as they are", async () => {
    const driver = current();
    const requests = fc.array(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), { maxLength: 5 });
    const property = fc.asyncProperty(requests, fc.uint8Array(), async (chunks, unacknowledged) => {
      const id = newSession();
      let offset = 0;
      for (const request of chunks) {
        const writer = await driver.openUpload(id, offset);
        for (const chunk of request) await writer.write(chunk);
        await writer.sync();
        ({ offset } = writer);
        await writer.write(unacknowledged);
        await writer.close();
      }
      const content = new Uint8Array(Buffer.concat(chunks.flat()));
      expect(await readUpload(driver, id, offset)).toEqual(content);
      const writer = await driver.openUpload(id, offset);
      const key = await writer.commit(digestOf(content));
      await writer.close();
      expect(await readObject(driver, key)).toEqual(content);
    });
    await fc.assert(property, { numRuns: 50 });
  }, 30_000);
}

async function commitAt(driver: StorageDriver, id: string, offset: number, rest: string): Promise<string> {
  const writer = await driver.openUpload(id, offset);
  await writer.write(bytes(rest));
  const key = await writer.commit(someDigest);
  await writer.close();
  return key;
}

function readTests(current: Current): void {
  test("as many bytes as asked for are read from the start", async () => {
    const driver = current();
    const id = newSession();
    const content = pattern(2.5 * MiB);
    await keepUpload(driver, id, content);
    for (const length of [0, 1, MiB, 2 * MiB + 1, content.length]) {
      expect(Buffer.compare(await readUpload(driver, id, length), content.subarray(0, length))).toBe(0);
    }
  });

  test("asking for more bytes than there are finds the session lost", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    expect(await rejectionOf(readUpload(driver, id, 6))).toBeInstanceOf(UploadLost);
    expect(await rejectionOf(readUpload(driver, "never there", 1))).toBeInstanceOf(UploadLost);
  });

  test("nothing can be read of a session that never had bytes", async () => {
    expect(await readUpload(current(), "never there", 0)).toEqual(new Uint8Array(0));
  });

  test("a reader may stop early, and the session goes on", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, pattern(3 * MiB));
    for await (const chunk of driver.readUpload(id, 3 * MiB)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const writer = await driver.openUpload(id, 3 * MiB);
    await writer.write(bytes("!"));
    expect(writer.offset).toBe(3 * MiB + 1);
    await writer.close();
  });
}

function objectTests(current: Current): void {
  test("an object is what was written, in whole and in slices", async () => {
    const driver = current();
    const id = newSession();
    const content = pattern(300_000);
    const object = await driver.open(await commitUpload(driver, id, content));
    expect(object?.size).toBe(300_000);
    expect(await object?.bytes()).toEqual(content);
    expect(await object?.slice(1000, 2000).bytes()).toEqual(content.slice(1000, 2000));
    expect(await object?.slice(299_999).bytes()).toEqual(content.slice(299_999));
  });

  test("a small object is read at once, if it has the size that it should have", async () => {
    const driver = current();
    const content = pattern(4096);
    const key = await commitUpload(driver, newSession(), content);
    expect(await driver.sizeOf(key)).toBe(4096);
    expect(await driver.read(key, 4096)).toEqual(content);
    expect(await driver.read(key, 4095)).toBeUndefined();
    expect(await driver.read(key, 4097)).toBeUndefined();
  });

  test("BLOB-14: an object may be empty", async () => {
    const driver = current();
    const id = newSession();
    const key = await commitUpload(driver, id, new Uint8Array(0));
    expect((await driver.open(key))?.size).toBe(0);
    expect(await driver.sizeOf(key)).toBe(0);
    expect(await driver.read(key, 0)).toEqual(new Uint8Array(0));
  });

  test("an object may have a digest of any algorithm that can be verified", async () => {
    const driver = current();
    const id = newSession();
    const content = bytes("hello");
    const key = await commitUpload(driver, id, content, digestOf(content, "sha512"));
    expect(await readObject(driver, key)).toEqual(content);
  });

  test("an object that was removed, or never was, is missing", async () => {
    const driver = current();
    const id = newSession();
    const key = await commitUpload(driver, id, bytes("hello"));
    await driver.remove(key);
    expect(await driver.open(key)).toBeUndefined();
    expect(await driver.sizeOf(key)).toBeUndefined();
    expect(await driver.read(key, 5)).toBeUndefined();
    await driver.remove(key);
    await driver.remove(`${key}-never-there`);
    expect(await driver.open(`${key}-never-there`)).toBeUndefined();
  });

  test("discarding a session that was committed leaves its object", async () => {
    const driver = current();
    const id = newSession();
    const key = await commitUpload(driver, id, bytes("hello"));
    await driver.discardUpload(id);
    expect(await readObject(driver, key)).toEqual(bytes("hello"));
  });
}

async function listed(driver: StorageDriver): Promise<string[]> {
  const lists = await Promise.all(driver.shards.map((shard) => driver.listObjects(shard)));
  return lists.flat();
}

function listTests(current: Current): void {
  test("M17 every object is listed in one shard, from its commit until it is removed", async () => {
    const driver = current();
    const before = await listed(driver);
    const digests = Array.from({ length: 20 }, (_, at) => digestOf(bytes(`${at}`), at % 2 === 0 ? "sha256" : "sha512"));
    const keys = [];
    for (const digest of digests) keys.push(await commitUpload(driver, newSession(), bytes("hello"), digest));
    await keepUpload(driver, newSession(), bytes("kept"));
    expect((await listed(driver)).toSorted()).toEqual([...before, ...keys].toSorted());
    for (const key of keys.slice(10)) await driver.remove(key);
    expect((await listed(driver)).toSorted()).toEqual([...before, ...keys.slice(0, 10)].toSorted());
  });

  test("M17 an object's time is that of its commit, not that of its bytes, and that of its replacement", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    await Bun.sleep(20);
    const before = Date.now();
    const key = await commitAt(driver, id, 5, "");
    await driver.discardUpload(id);
    const committed = (await driver.timeOf(key))!;
    // The kernel's clock for files moves in steps of a few milliseconds.
    expect(committed).toBeGreaterThanOrEqual(before - 10);
    expect(committed).toBeLessThanOrEqual(Date.now());
    await Bun.sleep(20);
    await replace(driver, key, bytes("hello"));
    expect((await driver.timeOf(key))!).toBeGreaterThan(committed);
    await driver.remove(key);
    expect(await driver.timeOf(key)).toBeUndefined();
  });
}

/** A session with this content takes the place of the object. */
async function replace(driver: StorageDriver, key: string, content: Uint8Array): Promise<string> {
  const id = newSession();
  const writer = await driver.openUpload(id, 0);
  await writer.write(content);
  await writer.replace(key);
  await writer.close();
  return id;
}

function replaceTests(current: Current): void {
  test("H5 a session can take the place of an object, and its bytes go with that", async () => {
    const driver = current();
    const key = await commitUpload(driver, newSession(), pattern(100_000));
    const other = await commitUpload(driver, newSession(), pattern(100_000));
    const right = pattern(100_000).fill(7, 50_000);
    const id = await replace(driver, key, right);
    expect(await readObject(driver, key)).toEqual(right);
    expect(await driver.sizeOf(key)).toBe(100_000);
    expect(await readObject(driver, other)).toEqual(pattern(100_000));
    expect(await driver.listUploads()).not.toContain(id);
    expect(await rejectionOf(readUpload(driver, id, 1))).toBeInstanceOf(UploadLost);
    await driver.discardUpload(id);
    expect(await readObject(driver, key)).toEqual(right);
  });

  test("H5 who opened an object before it was replaced reads one or the other to its end", async () => {
    const driver = current();
    const [before, after] = [pattern(3 * MiB), pattern(3 * MiB).fill(1)];
    const key = await commitUpload(driver, newSession(), before);
    const opened = (await driver.open(key))!;
    const reader = opened.stream().getReader();
    const pieces = [(await reader.read()).value!];
    await replace(driver, key, after);
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(piece.value);
    expect(Buffer.compare(Buffer.concat(pieces), before)).toBe(0);
    expect(Buffer.compare((await readObject(driver, key))!, after)).toBe(0);
  });

  test("H5 an object that has gone meanwhile is there again", async () => {
    const driver = current();
    const key = await commitUpload(driver, newSession(), bytes("hello"));
    await driver.remove(key);
    await replace(driver, key, bytes("hello"));
    expect(await readObject(driver, key)).toEqual(bytes("hello"));
  });

  test("H5 a session that was discarded replaces nothing", async () => {
    const driver = current();
    const key = await commitUpload(driver, newSession(), bytes("hello"));
    const id = newSession();
    const writer = await driver.openUpload(id, 0);
    await writer.write(bytes("other"));
    await driver.discardUpload(id);
    expect(await rejectionOf(writer.replace(key))).toBeInstanceOf(UploadLost);
    await writer.close();
    expect(await readObject(driver, key)).toEqual(bytes("hello"));
  });
}

function keyTests(current: Current): void {
  test("the same content from two sessions gets two keys, and each object lives for itself", async () => {
    const driver = current();
    const content = bytes("hello");
    const [first, second] = [
      await commitUpload(driver, newSession(), content),
      await commitUpload(driver, newSession(), content),
    ];
    expect(first).not.toBe(second);
    await driver.remove(first);
    expect(await driver.open(first)).toBeUndefined();
    expect(await readObject(driver, second)).toEqual(content);
  });

  test("the key of an object that was removed is not given out again", async () => {
    const driver = current();
    const keys = new Set<string>();
    for (let pushes = 0; pushes < 3; pushes += 1) {
      const key = await commitUpload(driver, newSession(), bytes("hello"));
      await driver.remove(key);
      keys.add(key);
    }
    expect(keys.size).toBe(3);
  });
}
