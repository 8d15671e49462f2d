/** Tests of writes that meet a broken, unreachable or slow database, and of the shutdown. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { renameSync, statfsSync, statSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { damageTable } from "../../../checks/faults/damage.ts";
import { canMountSmallDisk, mountSmallDisk } from "../../../checks/faults/small-disk.ts";
import { patienceMs } from "../../../test/support/patience.ts";
import { until } from "../../../test/support/until.ts";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { OutcomeUnknown, StoreUnavailable, type MetadataStore, type UploadRecord } from "../store.ts";
import { repository, session } from "../suite/content.ts";
import { openSqliteStore } from "./store.ts";

setDefaultTimeout(patienceMs);

const library = repository("library/alpine");
const failing = "fails";

let directory: string;
let path: string;
let store: MetadataStore;
let isOpen = false;
let faults: (string | undefined)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-metadata-"));
  path = join(directory, "metadata.db");
  await open();
});
afterEach(async () => {
  await close();
  await rm(directory, { recursive: true, force: true });
});

async function open(answerMs?: number): Promise<void> {
  faults = [];
  const faultChanged = (fault: string | undefined) => void faults.push(fault);
  store = await openSqliteStore(path, { faultChanged, ...(answerMs !== undefined && { answerMs }) });
  isOpen = true;
}

async function close(): Promise<void> {
  if (isOpen) await store.close();
  isOpen = false;
}

/** Starts writes that all go in one group, because another group is being committed. */
async function writeInOneGroup(uploads: readonly UploadRecord[]): Promise<PromiseSettledResult<boolean>[]> {
  const first = store.startUpload(session(library));
  const outcomes = await Promise.allSettled(uploads.map((upload) => store.startUpload(upload)));
  await first;
  return outcomes;
}

test("a write that the database cannot execute does not affect other writes or stop the writer", async () => {
  using database = new Database(path, { readwrite: true, strict: true });
  // This is not a constraint violation: the trigger parses invalid JSON.
  database.run(
    `CREATE TRIGGER failing BEFORE INSERT ON uploads WHEN NEW.id = '${failing}' BEGIN SELECT json('{'); END`,
  );
  const uploads = Array.from({ length: 11 }, (_, at) => session(library, at === 5 ? { id: failing } : {}));
  const outcomes = await writeInOneGroup(uploads);
  expect(outcomes.map(({ status }) => status)).toEqual(
    uploads.map(({ id }) => (id === failing ? ("rejected" as const) : ("fulfilled" as const))),
  );
  expect(String((outcomes[5] as PromiseRejectedResult).reason)).toContain("malformed JSON");
  expect(store.fault).toBeUndefined();
});

test("a write that violates a constraint does not affect other writes", async () => {
  const uploads = Array.from({ length: 11 }, () => session(library));
  const outcomes = await writeInOneGroup([...uploads, uploads[5]!]);
  expect(outcomes.map(({ status }) => status)).toEqual([...uploads.map(() => "fulfilled" as const), "rejected"]);
  expect(await store.knownUploads(uploads.map(({ id }) => id))).toHaveLength(11);
  expect(store.fault).toBeUndefined();
});

test("H6: after a damaged page the group and every later write are refused until the page is repaired", async () => {
  const before = session(library);
  await store.startUpload(before);
  const repair = damageTable(path, "uploads");
  const uploads = Array.from({ length: 11 }, () => session(library));
  for (const outcome of await Promise.allSettled(uploads.map((upload) => store.startUpload(upload)))) {
    expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
  }
  expect(store.fault).toContain("malformed");
  expect(await rejectionOf(store.endUpload("any"))).toBeInstanceOf(StoreUnavailable);
  // It is opened again meanwhile, and found damaged each time.
  await until(() => faults.some((fault) => fault?.includes("restore a backup")));

  repair();
  await until(() => store.fault === undefined);
  const ids = uploads.map(({ id }) => id);
  expect(await store.knownUploads([before.id, ...ids])).toEqual([before.id]);
  for (const upload of uploads) await store.startUpload(upload);
  expect(await store.knownUploads(ids)).toEqual(ids);
  expect(faults.at(-1)).toBeUndefined();
});

test("H6: a failing read is refused as unavailable, and succeeds when the cause is gone", async () => {
  await store.startUpload(session(library, { id: "before" }));
  const repair = damageTable(path, "uploads");
  const refusal = await rejectionOf(store.upload(library, "before"));
  repair();
  expect(refusal).toBeInstanceOf(StoreUnavailable);
  await close();
  await open();
  expect(await store.upload(library, "before")).toMatchObject({ id: "before" });
});

describe("H6: a full disk while a reader uses the log, whose index has to grow", () => {
  const mountable = canMountSmallDisk();
  const title = "writes continue when there is room again, and nothing acknowledged is lost";

  test.skipIf(!mountable)(mountable ? title : `${title} (skipped: only root can mount a small disk)`, async () => {
    const disk = mountSmallDisk(40 * 1024 * 1024)!;
    await close();
    path = join(disk.path, "metadata.db");
    await open();
    const filler = join(disk.path, "filler");
    const acknowledged: string[] = [];
    const write = async () => {
      const upload = session(library);
      await store.startUpload(upload);
      acknowledged.push(upload.id);
    };
    try {
      await write();
      using reader = new Database(path, { readonly: true, strict: true });
      reader.run("BEGIN");
      reader.query("SELECT count(*) FROM uploads").get();
      // The index has room for 4,062 pages of the log. After that it needs a second piece of 32 KiB.
      const pageOfLog = 4096 + 24;
      while (statSync(`${path}-wal`).size < 4_030 * pageOfLog) await write();
      // Room for the log up to that point, and not for the second piece.
      const { bavail, bsize } = statfsSync(disk.path);
      const room = 4_062 * pageOfLog - statSync(`${path}-wal`).size + 5 * bsize;
      await Bun.write(filler, new Uint8Array(bavail * bsize - Math.ceil(room / bsize) * bsize));
      await until(async () => {
        await write().catch(() => undefined);
        return faults.length > 0;
      });
      expect(faults[0]).toContain("disk I/O error");
      expect(await store.knownUploads(acknowledged.slice(-100))).toHaveLength(100);
      await rm(filler);
      await until(() => store.fault === undefined);
      await write();
      reader.run("COMMIT");
      reader.close();
      await close();
      await open();
      expect(await store.knownUploads(acknowledged)).toEqual(acknowledged);
    } finally {
      await close();
      disk.unmount();
    }
  });
});

describe("M20: a database whose files are removed or replaced", () => {
  const away = (suffix: string) => join(directory, `away${suffix}`);

  for (const suffix of ["", "-wal", "-shm"]) {
    test(`metadata.db${suffix} is removed: no write is acknowledged, and writes continue when the file is back`, async () => {
      await store.startUpload(session(library, { id: "before" }));
      renameSync(path + suffix, away(suffix));
      const refusal = await rejectionOf(store.startUpload(session(library, { id: "after" })));
      expect(refusal).toMatchObject({ failure: "UNAVAILABLE" });
      expect(store.fault).toContain(`metadata.db${suffix} was removed`);
      expect(await store.knownUploads(["before"])).toEqual(["before"]);

      renameSync(away(suffix), path + suffix);
      await until(() => store.fault === undefined);
      await store.startUpload(session(library, { id: "later" }));
      await close();
      await open();
      expect(await store.knownUploads(["before", "later"])).toEqual(["before", "later"]);
    });

    test(`metadata.db${suffix} is replaced: no write is acknowledged`, async () => {
      await store.startUpload(session(library, { id: "before" }));
      await cp(path + suffix, away(suffix));
      renameSync(away(suffix), path + suffix);
      expect(await rejectionOf(store.startUpload(session(library)))).toMatchObject({ failure: "UNAVAILABLE" });
      expect(store.fault).toContain(`metadata.db${suffix} was replaced`);
      expect(await rejectionOf(store.checkWritable())).toBeInstanceOf(StoreUnavailable);
    });
  }

  test("the change is noticed without a write", async () => {
    await rm(path);
    await until(() => store.fault !== undefined);
    expect(faults).toHaveLength(1);
  });

  test("the commits in the log are not lost", async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `before ${at}`);
    for (const id of ids) await store.startUpload(session(library, { id }));
    await rm(`${path}-wal`);
    await rm(`${path}-shm`);
    await until(() => store.fault !== undefined);
    await close();
    await open();
    expect(await store.knownUploads(ids)).toEqual(ids);
  });

  test("closing the store does not remove the log of a database that replaced it", async () => {
    await store.startUpload(session(library));
    renameSync(path, away(""));
    renameSync(`${path}-wal`, away("-wal"));
    await Bun.write(`${path}-wal`, "of another one");
    await until(() => store.fault !== undefined);
    await close();
    expect(await Bun.file(`${path}-wal`).text()).toBe("of another one");
  });
});

test("M15: writes to a writer that does not answer time out, and continue once it answers", async () => {
  await close();
  await open(40);
  using other = new Database(path, { readwrite: true, strict: true });
  // The thread waits for this lock longer than the test waits for the thread.
  other.run("BEGIN IMMEDIATE");
  const [first, behind] = await Promise.all([
    rejectionOf(store.startUpload(session(library))),
    Bun.sleep(1).then(() => rejectionOf(store.startUpload(session(library)))),
  ]);
  expect(first).toBeInstanceOf(OutcomeUnknown);
  expect(behind).toBeInstanceOf(StoreUnavailable);
  expect(faults).toEqual([expect.stringContaining("does not answer")]);
  expect(await rejectionOf(store.endUpload("any"))).toBeInstanceOf(StoreUnavailable);

  other.run("COMMIT");
  await until(() => store.fault === undefined);
  await store.startUpload(session(library, { id: "later" }));
  expect(await store.knownUploads(["later"])).toEqual(["later"]);
});
