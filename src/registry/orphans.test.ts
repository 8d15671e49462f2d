/** Files of upload sessions that no row names: removed in batches, between which others have their turn. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import { openSqliteStore } from "../metadata/sqlite/store.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { repository, session } from "../metadata/suite/content.ts";
import { FilesystemDriver } from "../storage/filesystem/driver.ts";
import { Uploads } from "./uploads.ts";

let directory: string;
let store: MetadataStore;
let driver: FilesystemDriver;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-orphans-"));
  driver = await FilesystemDriver.open(join(directory, "storage"));
  store = await openSqliteStore(join(directory, "metadata.sqlite"));
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

test("L28: thousands of sessions are held against the rows in batches, and others have their turn in between", async () => {
  const count = 2 * limits.orphanSweepBatch + 500;
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  for (const id of ids) writeFileSync(join(directory, "storage", "uploads", id), "bytes");
  const kept = ids.filter((_, at) => at % 2 === 0);
  await Promise.all(kept.map((id) => store.startUpload(session(repository("a"), { id }))));

  const asked: number[] = [];
  let turns = 0;
  const watched: MetadataStore = {
    ...store,
    get fault() {
      return store.fault;
    },
    knownUploads(some) {
      asked.push(some.length);
      setTimeout(() => (turns += 1));
      return store.knownUploads(some);
    },
  };
  const uploads = new Uploads({ store: watched, driver, clock: new ManualClock() });
  expect(await uploads.sweepOrphans()).toBe(count - kept.length);
  expect(asked).toEqual([limits.orphanSweepBatch, limits.orphanSweepBatch, 500]);
  expect(turns).toBeGreaterThanOrEqual(2);
  expect((await driver.listUploads()).toSorted()).toEqual(kept.toSorted());
  uploads.close();
});
