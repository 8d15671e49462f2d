import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anonymous, authorize, openPolicy } from "../../auth/grant.ts";
import { ManualClock } from "../../base/clock.ts";
import { openSqliteStore } from "../../metadata/sqlite/store.ts";
import type { MetadataStore } from "../../metadata/store.ts";
import { digest, now, pushBlob, received, repository } from "../../metadata/suite/content.ts";
import { MemoryDriver } from "../../storage/memory/driver.ts";
import { Blobs } from "./blobs.ts";
import { newInlineKey } from "./inline-blobs.ts";

const [here, there] = [repository("team/app"), repository("team/other")];
let directory: string;
let store: MetadataStore;
let blobs: Blobs;
/** The number of reads of inline blobs from the store. */
let reads: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-blobs-"));
  store = await openSqliteStore(join(directory, "metadata.db"));
  reads = 0;
  const noting: MetadataStore = {
    ...store,
    inlineBytes: (key) => {
      reads += 1;
      return store.inlineBytes(key);
    },
  };
  blobs = new Blobs({ store: noting, driver: new MemoryDriver(), clock: new ManualClock(now) });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

test("H5 HEADs of an inline blob verify its bytes twice, and not again after each commit", async () => {
  const text = "short";
  const bytes = new Uint8Array(Buffer.from(text));
  await store.commitBlob(await received(store, here, text, { key: newInlineKey(), bytes }));
  const grant = authorize(openPolicy, {
    principal: anonymous,
    action: "pull",
    repository: here,
    object: digest(text),
  });
  for (const expected of [1, 2, 2, 2]) {
    expect((await blobs.stat(grant)).size).toBe(text.length);
    expect(reads).toBe(expected);
    await pushBlob(store, there, crypto.randomUUID());
  }
  // The blob that HEAD has pinned is served: the verified bytes are in memory.
  expect((await blobs.open(grant)).content).toEqual(bytes);
  expect(reads).toBe(2);
});
