import { describe, expect, test } from "bun:test";
import { digestOf } from "../../oci/digest.ts";
import { bytes, commitUpload, newSession, pattern, readObject, type CurrentDriver } from "./content.ts";

/** Tests that objects can be read and removed, and that each has its own key. */
export function objectContract(current: CurrentDriver): void {
  describe("objects", () => objectTests(current));
  describe("keys", () => keyTests(current));
}

function objectTests(current: CurrentDriver): void {
  test("an object has the written bytes, as a whole and in slices", async () => {
    const driver = current();
    const id = newSession();
    const content = pattern(300_000);
    const object = await driver.open(await commitUpload(driver, id, content));
    expect(object?.size).toBe(300_000);
    expect(await object?.bytes()).toEqual(content);
    expect(await object?.slice(1000, 2000).bytes()).toEqual(content.slice(1000, 2000));
    expect(await object?.slice(299_999).bytes()).toEqual(content.slice(299_999));
  });

  test("a small object is read at once if it has the expected size", async () => {
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

  test("an object may have a digest of any verifiable algorithm", async () => {
    const driver = current();
    const id = newSession();
    const content = bytes("hello");
    const key = await commitUpload(driver, id, content, digestOf(content, "sha512"));
    expect(await readObject(driver, key)).toEqual(content);
  });

  test("an object that was removed or never existed is missing", async () => {
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

  test("discarding a committed upload session keeps its object", async () => {
    const driver = current();
    const id = newSession();
    const key = await commitUpload(driver, id, bytes("hello"));
    await driver.discardUpload(id);
    expect(await readObject(driver, key)).toEqual(bytes("hello"));
  });
}

function keyTests(current: CurrentDriver): void {
  test("the same content from two upload sessions gets two keys and two independent objects", async () => {
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

  test("the key of a removed object is not used again", async () => {
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
