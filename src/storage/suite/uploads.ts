import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { UploadLost } from "../driver.ts";
import {
  bytes,
  commitUpload,
  keepUpload,
  MiB,
  newSession,
  pattern,
  readObject,
  readUpload,
  type CurrentDriver,
} from "./content.ts";

/** Tests that a driver stores, lists and reads the bytes of upload sessions. */
export function uploadContract(current: CurrentDriver): void {
  describe("upload bytes", () => uploadTests(current));
  describe("upload sessions", () => sessionTests(current));
  describe("reading upload bytes", () => readTests(current));
}

function uploadTests(current: CurrentDriver): void {
  test("the offset counts the written bytes", async () => {
    const writer = await current().openUpload(newSession(), 0);
    expect(writer.offset).toBe(0);
    await writer.write(bytes("hello"));
    expect(writer.offset).toBe(5);
    await writer.write(bytes(""));
    await writer.write(bytes(" world"));
    expect(writer.offset).toBe(11);
    await writer.close();
  });

  test("a chunk may be reused as soon as its write has resolved", async () => {
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

  test("upload sessions that are written at the same time do not mix", async () => {
    const driver = current();
    const contents = Array.from({ length: 40 }, (_, at) => pattern(10_000 + at));
    const keys = await Promise.all(contents.map((content) => commitUpload(driver, newSession(), content)));
    for (const [at, key] of keys.entries()) expect(await readObject(driver, key)).toEqual(contents[at]);
  });
}

function sessionTests(current: CurrentDriver): void {
  test("upload sessions with bytes are listed until they are discarded", async () => {
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

  test("a discarded upload session is gone, and may be discarded again", async () => {
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

function readTests(current: CurrentDriver): void {
  test("the requested number of bytes is read from the start", async () => {
    const driver = current();
    const id = newSession();
    const content = pattern(2.5 * MiB);
    await keepUpload(driver, id, content);
    for (const length of [0, 1, MiB, 2 * MiB + 1, content.length]) {
      expect(Buffer.compare(await readUpload(driver, id, length), content.subarray(0, length))).toBe(0);
    }
  });

  test("reading more bytes than exist reports a lost upload session", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    expect(await rejectionOf(readUpload(driver, id, 6))).toBeInstanceOf(UploadLost);
    expect(await rejectionOf(readUpload(driver, "never there", 1))).toBeInstanceOf(UploadLost);
  });

  test("zero bytes can be read of an upload session that never had bytes", async () => {
    expect(await readUpload(current(), "never there", 0)).toEqual(new Uint8Array(0));
  });

  test("a reader may stop early, and the upload session continues", async () => {
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
