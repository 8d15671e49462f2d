import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { UploadLost } from "../driver.ts";
import {
  bytes,
  commitUpload,
  MiB,
  newSession,
  pattern,
  readObject,
  readUpload,
  replaceObject,
  type CurrentDriver,
} from "./content.ts";

/** Tests that an upload session can replace a damaged object. */
export function replacementContract(current: CurrentDriver): void {
  describe("replacing objects", () => replaceTests(current));
}

function replaceTests(current: CurrentDriver): void {
  test("H5 an upload session can replace an object, which ends the session", async () => {
    const driver = current();
    const key = await commitUpload(driver, newSession(), pattern(100_000));
    const other = await commitUpload(driver, newSession(), pattern(100_000));
    const right = pattern(100_000).fill(7, 50_000);
    const id = await replaceObject(driver, key, right);
    expect(await readObject(driver, key)).toEqual(right);
    expect(await driver.sizeOf(key)).toBe(100_000);
    expect(await readObject(driver, other)).toEqual(pattern(100_000));
    expect(await driver.listUploads()).not.toContain(id);
    expect(await rejectionOf(readUpload(driver, id, 1))).toBeInstanceOf(UploadLost);
    await driver.discardUpload(id);
    expect(await readObject(driver, key)).toEqual(right);
  });

  test("H5 a reader that opened an object before its replacement reads one version to its end", async () => {
    const driver = current();
    const [before, after] = [pattern(3 * MiB), pattern(3 * MiB).fill(1)];
    const key = await commitUpload(driver, newSession(), before);
    const opened = (await driver.open(key))!;
    const reader = opened.stream().getReader();
    const pieces = [(await reader.read()).value!];
    await replaceObject(driver, key, after);
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(piece.value);
    expect(Buffer.compare(Buffer.concat(pieces), before)).toBe(0);
    expect(Buffer.compare((await readObject(driver, key))!, after)).toBe(0);
  });

  test("H5 replacing a removed object creates it again", async () => {
    const driver = current();
    const key = await commitUpload(driver, newSession(), bytes("hello"));
    await driver.remove(key);
    await replaceObject(driver, key, bytes("hello"));
    expect(await readObject(driver, key)).toEqual(bytes("hello"));
  });

  test("H5 a discarded upload session replaces nothing", async () => {
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
