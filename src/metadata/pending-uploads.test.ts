import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../test/support/rejection.ts";
import { until } from "../../test/support/until.ts";
import { ManualClock } from "../base/clock.ts";
import { metadataLimits } from "./limits.ts";
import { PendingUploadsStore } from "./pending-uploads.ts";
import { openSqliteStore } from "./sqlite/store.ts";
import { metadataStoreSuite } from "./store.suite.ts";
import { StoreUnavailable, type MetadataStore } from "./store.ts";
import { hour, now, received, repository, session } from "./suite/content.ts";

metadataStoreSuite("a store with pending uploads fulfils the contract", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lading-fresh-"));
  const store = new PendingUploadsStore(await openSqliteStore(join(folder, "metadata.db")), new ManualClock());
  return {
    store,
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});

const library = repository("library/alpine");

let folder: string;
/** The wrapped store, whose sessions have rows. */
let rows: MetadataStore;
let store: PendingUploadsStore;
let clock: ManualClock;

/** Opens the stores again. `failing` wraps the inner store. */
async function reopen(failing: (real: MetadataStore) => MetadataStore = (real) => real): Promise<void> {
  rows = await openSqliteStore(join(folder, "metadata.db"));
  clock = new ManualClock();
  store = new PendingUploadsStore(failing(rows), clock);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lading-fresh-"));
  await reopen();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

test("an upload session that ends with the next request never has a row", async () => {
  const blob = await received(store, library, "bytes");
  expect(await rows.upload(library, blob.upload)).toBeUndefined();
  expect(store.pendingUpload(blob.upload)?.id).toBe(blob.upload);
  expect(await store.commitBlob(blob)).toEqual({ surplus: null });
  expect(store.pendingUpload(blob.upload)).toBeUndefined();
  expect(await store.commitBlob(blob)).toBeUndefined();
});

test("writing the rows of all pending uploads leaves room in the queue for other writes", async () => {
  const started = Array.from({ length: metadataLimits.pendingUploads }, () => store.startUpload(session(library)));
  await Promise.all(started);
  const rowsOfAll = store.expiredUploads(now, 1);
  const others = Array.from({ length: 100 }, (_, at) => store.endUpload(`unknown-${at}`));
  expect(await Promise.all(others)).toEqual(others.map(() => false));
  await rowsOfAll;
});

test("M9 rows of sessions that wait are written some at a time", async () => {
  let [writing, most] = [0, 0];
  await store.close();
  await reopen((real) => ({
    ...real,
    async startUpload(upload) {
      writing += 1;
      most = Math.max(most, writing);
      const started = await real.startUpload(upload);
      writing -= 1;
      return started;
    },
  }));
  const uploads = Array.from({ length: 4 * metadataLimits.pendingUploadRows }, () => session(library));
  await Promise.all(uploads.map((upload) => store.startUpload(upload)));
  const arePending = () => uploads.filter(({ id }) => store.pendingUpload(id)).length;
  clock.advance(metadataLimits.pendingUploadMs - 1);
  await Bun.sleep(0);
  expect(arePending()).toBe(uploads.length);
  clock.advance(1);
  await until(async () => {
    clock.advance(metadataLimits.pendingUploadLookMs);
    return arePending() === 0;
  });
  expect(most).toBe(metadataLimits.pendingUploadRows);
});

test("an upload session gets its row when it receives bytes", async () => {
  const upload = session(library);
  await store.startUpload(upload);
  expect(await store.advanceUpload(upload.id, 0, 5, now + hour)).toBe(true);
  expect((await rows.upload(library, upload.id))?.offset).toBe(5);
  expect(store.pendingUpload(upload.id)).toBeUndefined();
});

test("a pending upload session gets its row soon, and still ends only once", async () => {
  const blob = await received(store, library, "bytes");
  clock.advance(metadataLimits.pendingUploadMs);
  await until(async () => (await rows.upload(library, blob.upload)) !== undefined);
  expect(await store.commitBlob(blob)).toBeDefined();
  expect(await rows.upload(library, blob.upload)).toBeUndefined();
  expect(await store.endUpload(blob.upload)).toBe(false);
});

test("a pending upload session survives a restart", async () => {
  const upload = session(library);
  await store.startUpload(upload);
  await store.close();
  await reopen();
  expect(await store.upload(library, upload.id)).toEqual(upload);
});

test("an upload session that is ended while its row is written stays ended", async () => {
  const upload = session(library);
  await store.startUpload(upload);
  const [, ended] = await Promise.all([store.expiredUploads(now, 1), store.endUpload(upload.id)]);
  expect(ended).toBe(true);
  expect(await store.upload(library, upload.id)).toBeUndefined();
  expect(await rows.upload(library, upload.id)).toBeUndefined();
});

test("an upload session whose blob cannot be written can end again later", async () => {
  let full = true;
  await store.close();
  await reopen((real) => ({
    ...real,
    commitBlob: async (blob) => {
      if (full) throw new StoreUnavailable("full");
      return real.commitBlob(blob);
    },
  }));
  const blob = await received(store, library, "bytes");
  expect(await rejectionOf(store.commitBlob(blob))).toBeInstanceOf(StoreUnavailable);
  expect(await store.upload(library, blob.upload)).toBeDefined();
  full = false;
  expect(await store.commitBlob(blob)).toBeDefined();
});

test("a store that refuses writes starts no upload sessions", async () => {
  await store.close();
  await reopen((real) => ({ ...real, fault: "the disk is gone" }));
  expect(await rejectionOf(store.startUpload(session(library)))).toBeInstanceOf(StoreUnavailable);
});
