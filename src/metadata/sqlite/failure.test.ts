/** Writes that meet a database which is broken, and not merely against a write. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../../test/rejection.ts";
import { StoreUnavailable, type MetadataStore, type UploadRecord } from "../store.ts";
import { repository, session } from "../suite/content.ts";
import { openSqliteStore } from "./store.ts";

const library = repository("library/alpine");
const failing = "fails";

let directory: string;
let path: string;
let store: MetadataStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-metadata-"));
  path = join(directory, "metadata.db");
  store = await openSqliteStore(path);
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

function change(sql: string): void {
  const database = new Database(path, { readwrite: true, strict: true });
  try {
    // A store that failed is closed by the end of its thread, which nobody waits for.
    database.run("PRAGMA busy_timeout = 10000");
    database.run(sql);
  } finally {
    database.close();
  }
}

/** The insertion of one session fails in the database, and that is no constraint: it reads what is no JSON. */
function breakOneInsertion(): void {
  change(`CREATE TRIGGER failing BEFORE INSERT ON uploads WHEN NEW.id = '${failing}' BEGIN SELECT json('{'); END`);
}

/** Writes that all go in one group: they come while another one is being committed. */
async function writeInOneGroup(uploads: readonly UploadRecord[]): Promise<PromiseSettledResult<void>[]> {
  const first = store.startUpload(session(library));
  const outcomes = await Promise.allSettled(uploads.map((upload) => store.startUpload(upload)));
  await first;
  return outcomes;
}

test("a write that meets a failure of the database takes its whole group with it, and no later one is taken", async () => {
  breakOneInsertion();
  const uploads = Array.from({ length: 11 }, (_, at) => session(library, at === 5 ? { id: failing } : {}));
  const outcomes = await writeInOneGroup(uploads);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: "rejected" });
    expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
  }
  const ids = uploads.map(({ id }) => id);
  expect(await store.knownUploads(ids)).toEqual([]);
  // Nobody knows what the disk holds after it.
  expect(store.fault).toContain("malformed JSON");
  expect(await rejectionOf(store.endUpload("any"))).toBeInstanceOf(StoreUnavailable);

  await store.close();
  change("DROP TRIGGER failing");
  store = await openSqliteStore(path);
  expect(await store.knownUploads(ids)).toEqual([]);
  for (const upload of uploads) await store.startUpload(upload);
  expect(await store.knownUploads(ids)).toEqual(ids);
});

test("a write that is against a constraint takes no other with it", async () => {
  const uploads = Array.from({ length: 11 }, () => session(library));
  const outcomes = await writeInOneGroup([...uploads, uploads[5]!]);
  expect(outcomes.map(({ status }) => status)).toEqual([...uploads.map(() => "fulfilled" as const), "rejected"]);
  expect(await store.knownUploads(uploads.map(({ id }) => id))).toHaveLength(11);
  expect(store.fault).toBeUndefined();
});
