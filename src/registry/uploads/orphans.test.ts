/** Files in storage without a row, and files that only seem to have none. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detour, type Detour } from "../../../test/support/detour.ts";
import { ManualClock } from "../../base/clock.ts";
import { uploadLimits } from "./limits.ts";
import { openSqliteStore } from "../../metadata/sqlite/store.ts";
import type { MetadataStore } from "../../metadata/store.ts";
import { digest, received, repository, session } from "../../metadata/suite/content.ts";
import { digestOf } from "../../oci/digest.ts";
import type { StorageDriver } from "../../storage/driver.ts";
import { commitUpload, keepUpload } from "../../storage/suite/content.ts";
import { FilesystemDriver } from "../../storage/filesystem/driver.ts";
import { Orphans } from "./orphans.ts";

const here = repository("team/orphans");
let directory: string;
let clock: ManualClock;
let store: MetadataStore;
let driver: Detour<StorageDriver>;
let orphans: Orphans;
const busy = new Map<string, unknown>();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-orphans-"));
  // Files have the time of the system clock.
  clock = new ManualClock(Date.now());
  store = await openSqliteStore(join(directory, "metadata.sqlite"));
  driver = detour<StorageDriver>(await FilesystemDriver.open(join(directory, "storage")));
  orphans = new Orphans({ store, driver: driver.object, clock }, busy);
});
afterEach(async () => {
  busy.clear();
  await store.close();
  await rm(directory, { recursive: true });
});

function contentOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

async function orphan(text: string): Promise<string> {
  const id = crypto.randomUUID();
  const key = await commitUpload(driver.object, id, contentOf(text));
  await driver.object.discardUpload(id);
  return key;
}

async function named(text: string): Promise<string> {
  const key = await orphan(text);
  await store.commitBlob(await received(store, here, text, { key }));
  return key;
}

function isThere(key: string): boolean {
  return existsSync(join(directory, "storage", key));
}

/** Sweeps all shards; returns the number of removed objects, and of those that will not be removed. */
async function pass() {
  const all = { removed: 0, withheld: 0 };
  for (let shard = 0; shard < driver.object.shards.length; shard += 1) {
    const { removed, withheld } = await orphans.sweepNextShard();
    all.removed += removed;
    all.withheld += withheld;
  }
  return all;
}

describe("M17 objects", () => {
  test("without a row are removed in the second pass after the grace time; those with a row stay", async () => {
    const gone = [await orphan("one"), await orphan("two"), await orphan("two")];
    const kept = [await named("two"), await named("three")];
    clock.advance(uploadLimits.orphanGraceMs - 60_000);
    for (let passes = 0; passes < 3; passes += 1) expect((await pass()).removed).toBe(0);
    clock.advance(120_000);
    expect((await pass()).removed).toBe(0);
    expect((await pass()).removed).toBe(3);
    for (const key of gone) expect(isThere(key)).toBe(false);
    for (const key of kept) expect(isThere(key)).toBe(true);
    expect((await pass()).removed).toBe(0);
  });

  test("whose row is written between two passes stay, even if the clock jumps", async () => {
    const key = await orphan("slow");
    clock.advance(10 * uploadLimits.orphanGraceMs);
    await pass();
    await store.commitBlob(await received(store, here, "slow", { key }));
    expect((await pass()).removed).toBe(0);
    expect(isThere(key)).toBe(true);
  });

  test("that are marked corrupt stay with their row, and are removed when a push has replaced them", async () => {
    const key = await named("damaged");
    await store.markBlobCorrupt(key);
    clock.advance(2 * uploadLimits.orphanGraceMs);
    for (let passes = 0; passes < 3; passes += 1) expect((await pass()).removed).toBe(0);
    const healed = await orphan("damaged");
    await store.commitBlob(await received(store, here, "damaged", { key: healed }));
    await pass();
    expect((await pass()).removed).toBe(1);
    expect([isThere(key), isThere(healed)]).toEqual([false, true]);
  });

  test("that lost their last digest to a push with several digests are removed too", async () => {
    const text = "two digests";
    const sha512 = digestOf(contentOf(text), "sha512");
    const before = await orphan(text);
    await store.commitBlob(await received(store, here, text, { key: before, digest: sha512 }));
    const after = await orphan(text);
    await store.commitBlob(await received(store, here, text, { key: after, otherDigests: [sha512] }));
    clock.advance(2 * uploadLimits.orphanGraceMs);
    await pass();
    expect((await pass()).removed).toBe(1);
    expect([isThere(before), isThere(after)]).toEqual([false, true]);
  });

  test("stay if most of them are orphans, because the database may belong to other files", async () => {
    const keys: string[] = [];
    for (let at = 0; at <= uploadLimits.orphansExpected; at += 1) keys.push(await orphan(`lost ${at}`));
    await named("known");
    clock.advance(2 * uploadLimits.orphanGraceMs);
    for (let passes = 0; passes < 3; passes += 1) expect(await pass()).toEqual({ removed: 0, withheld: keys.length });
    expect(keys.every(isThere)).toBe(true);
    // From here on, the right database is used.
    for (const [at, key] of keys.entries()) {
      await store.commitBlob(await received(store, here, `lost ${at}`, { key, digest: digest(`lost ${at}`) }));
    }
    for (let passes = 0; passes < 3; passes += 1) expect(await pass()).toEqual({ removed: 0, withheld: 0 });
  });

  test("that cannot be listed for a while are removed later", async () => {
    const key = await orphan("later");
    clock.advance(2 * uploadLimits.orphanGraceMs);
    driver.once("listObjects", () => Promise.reject(new Error("input/output error")));
    expect(await orphans.sweepNextShard().catch(() => "failed")).toBe("failed");
    await pass();
    expect((await pass()).removed).toBe(1);
    expect(isThere(key)).toBe(false);
  });
});

describe("M17 bytes of upload sessions", () => {
  test("are removed if the session has no row and no request writes to it, and stay otherwise", async () => {
    const alive = session(here);
    await store.startUpload(alive);
    const [gone, written] = [crypto.randomUUID(), crypto.randomUUID()];
    for (const id of [alive.id, gone, written]) await keepUpload(driver.object, id, contentOf("bytes"));
    busy.set(written, true);
    expect(await orphans.sweepUploads()).toBe(1);
    expect((await driver.object.listUploads()).toSorted()).toEqual([alive.id, written].toSorted());
    busy.clear();
    await store.endUpload(alive.id);
    expect(await orphans.sweepUploads()).toBe(2);
    expect(await driver.object.listUploads()).toEqual([]);
  });

  test("stay if a request begins to write while they are checked", async () => {
    const id = crypto.randomUUID();
    await keepUpload(driver.object, id, contentOf("bytes"));
    driver.once("listUploads", async () => {
      busy.set(id, true);
      return [id];
    });
    expect(await orphans.sweepUploads()).toBe(0);
    expect(await driver.object.listUploads()).toEqual([id]);
  });

  test("L28: thousands of them are compared with the rows in batches, and other work runs in between", async () => {
    const count = 2 * uploadLimits.orphanSweepBatch + 500;
    const ids = Array.from({ length: count }, () => crypto.randomUUID());
    for (const id of ids) writeFileSync(join(directory, "storage", "uploads", id), "bytes");
    const kept = ids.filter((_, at) => at % 2 === 0);
    await Promise.all(kept.map((id) => store.startUpload(session(here, { id }))));

    const asked: number[] = [];
    let eventLoopQueue = 0;
    const watched: MetadataStore = {
      ...store,
      get fault() {
        return store.fault;
      },
      knownUploads(some) {
        asked.push(some.length);
        setTimeout(() => (eventLoopQueue += 1));
        return store.knownUploads(some);
      },
    };
    const sweep = new Orphans({ store: watched, driver: driver.object, clock }, busy);
    expect(await sweep.sweepUploads()).toBe(count - kept.length);
    expect(asked).toEqual([uploadLimits.orphanSweepBatch, uploadLimits.orphanSweepBatch, 500]);
    expect(eventLoopQueue).toBeGreaterThanOrEqual(2);
    expect((await driver.object.listUploads()).toSorted()).toEqual(kept.toSorted());
  });
});
