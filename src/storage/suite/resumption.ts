import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { digestOf } from "../../oci/digest.ts";
import { UploadLost } from "../driver.ts";
import {
  bytes,
  commitAt,
  commitUpload,
  keepUpload,
  newSession,
  readObject,
  readUpload,
  type CurrentDriver,
} from "./content.ts";

/** Tests that an upload session can be continued, at any offset and with any chunks. */
export function resumptionContract(current: CurrentDriver): void {
  describe("resuming upload sessions", () => resumeTests(current));
  describe("upload bytes in any division", () => divisionTests(current));
}

function resumeTests(current: CurrentDriver): void {
  test("an upload session continues at its durable offset", async () => {
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

  test("bytes beyond the offset were never acknowledged and are cut off", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello, and unacknowledged bytes"));
    const writer = await driver.openUpload(id, 5);
    await writer.sync();
    await writer.close();
    expect(await readUpload(driver, id, 5)).toEqual(bytes("hello"));
    expect(await rejectionOf(readUpload(driver, id, 6))).toBeInstanceOf(UploadLost);
    expect(await readObject(driver, await commitAt(driver, id, 5, "!"))).toEqual(bytes("hello!"));
  });

  test("bytes written since the upload session was opened can be rolled back, which frees their space", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    const writer = await driver.openUpload(id, 5);
    await writer.write(bytes(" unannounced bytes"));
    await writer.rollback();
    expect(writer.offset).toBe(5);
    await writer.write(bytes(" again"));
    await writer.sync();
    await writer.close();
    expect(await readUpload(driver, id, 11)).toEqual(bytes("hello again"));
  });

  test("a committed upload session keeps its bytes until they are discarded, and its object keeps them after that", async () => {
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

  test("an upload session may restart at offset 0", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    expect(await readObject(driver, await commitAt(driver, id, 0, "bye"))).toEqual(bytes("bye"));
  });
}

function divisionTests(current: CurrentDriver): void {
  test("bytes arrive unchanged, however they are divided into chunks and requests", async () => {
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
