import { describe, expect, test } from "bun:test";
import { digestOf } from "../../oci/digest.ts";
import type { StorageDriver } from "../driver.ts";
import { bytes, commitAt, commitUpload, keepUpload, newSession, replaceObject, type CurrentDriver } from "./content.ts";

/** Tests that a driver lists its objects with their times. */
export function listingContract(current: CurrentDriver): void {
  describe("listing objects", () => listTests(current));
}

function listTests(current: CurrentDriver): void {
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

  test("M17 the time of an object is that of its commit or replacement, not that of its bytes", async () => {
    const driver = current();
    const id = newSession();
    await keepUpload(driver, id, bytes("hello"));
    await Bun.sleep(20);
    const before = Date.now();
    const key = await commitAt(driver, id, 5, "");
    await driver.discardUpload(id);
    const committed = (await driver.timeOf(key))!;
    // The kernel's clock for files advances in steps of a few milliseconds.
    expect(committed).toBeGreaterThanOrEqual(before - 10);
    expect(committed).toBeLessThanOrEqual(Date.now());
    await Bun.sleep(20);
    await replaceObject(driver, key, bytes("hello"));
    expect((await driver.timeOf(key))!).toBeGreaterThan(committed);
    await driver.remove(key);
    expect(await driver.timeOf(key)).toBeUndefined();
  });
}

/** Keys of the objects in all shards. */
async function listed(driver: StorageDriver): Promise<string[]> {
  const lists = await Promise.all(driver.shards.map((shard) => driver.listObjects(shard)));
  return lists.flat();
}
