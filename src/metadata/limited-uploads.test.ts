import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../test/support/rejection.ts";
import { LimitedUploadsStore } from "./limited-uploads.ts";
import { openSqliteStore } from "./sqlite/store.ts";
import { StoreUnavailable, type MetadataStore } from "./store.ts";
import { now, received, repository, session } from "./suite/content.ts";

const library = repository("library/alpine");

let folder: string;
let rows: MetadataStore;
let full = false;
let store: MetadataStore;

beforeEach(async () => {
  full = false;
  folder = await mkdtemp(join(tmpdir(), "lading-limited-"));
  rows = await openSqliteStore(join(folder, "metadata.sqlite"));
  const failing: MetadataStore = {
    ...rows,
    async startUpload(upload) {
      if (full) throw new StoreUnavailable("full");
      return rows.startUpload(upload);
    },
  };
  store = new LimitedUploadsStore(failing, 2);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const start = (client?: string, changes = {}) => store.startUpload(session(library, changes), client);

test("L36 each client has its own bounded number of upload sessions", async () => {
  expect(await Promise.all([start("a"), start("a"), start("a"), start("b")])).toEqual([true, true, false, true]);
  expect(await Promise.all([start(), start(), start()])).toEqual([true, true, true]);
});

test("L36 an upload session that is cancelled, expires or becomes a blob makes room for another", async () => {
  await start("a", { id: "ended" });
  await start("a", { id: "expired", expiresAt: now });
  expect(await start("a")).toBe(false);
  await store.endUpload("ended");
  expect([await start("a", { id: "next" }), await start("a")]).toEqual([true, false]);
  expect(await store.expireUpload("next", now)).toBe(false);
  expect(await start("a")).toBe(false);
  expect(await store.expireUpload("expired", now)).toBe(true);
  expect(await start("a", { id: "last" })).toBe(true);
  const blob = await received(store, library, "bytes");
  await store.commitBlob({ ...blob, upload: "last" });
  expect([await start("a"), await start("a")]).toEqual([true, false]);
});

test("L36 an upload session that could not be started counts for no client", async () => {
  full = true;
  for (let times = 0; times < 3; times += 1) expect(await rejectionOf(start("a"))).toBeInstanceOf(StoreUnavailable);
  full = false;
  expect([await start("a"), await start("a"), await start("a")]).toEqual([true, true, false]);
});
