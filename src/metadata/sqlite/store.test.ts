import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canMountSmallDisk, mountSmallDisk } from "../../../checks/faults/small-disk.ts";
import { startWriterProcess } from "../../../test/support/writer-process.ts";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { metadataLimits } from "../limits.ts";
import { metadataStoreSuite, type OpenedStore } from "../store.suite.ts";
import { allBytes, StoreUnavailable, type MetadataStore } from "../store.ts";
import { lone, now, pushBlob, pushManifest, put, received, repository, session, tag } from "../suite/content.ts";
import { openForReading, openForWriting } from "./connection.ts";
import { SchemaTooNew } from "./migrate.ts";
import { openSqliteStore } from "./store.ts";

const library = repository("library/alpine");

metadataStoreSuite("the SQLite store fulfils the contract", async (): Promise<OpenedStore> => {
  const directory = await mkdtemp(join(tmpdir(), "lading-metadata-"));
  const store = await openSqliteStore(join(directory, "metadata.db"));
  return {
    store,
    async dispose() {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
});

metadataStoreSuite("the SQLite store with its writer in another process fulfils the contract", async () => {
  const directory = await mkdtemp(join(tmpdir(), "lading-metadata-"));
  const writer = await startWriterProcess(join(directory, "metadata.db"));
  return {
    store: writer.store,
    async dispose() {
      await writer.store.close();
      await writer.end();
      await rm(directory, { recursive: true });
    },
  };
});

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-metadata-"));
  path = join(directory, "metadata.db");
});
afterEach(() => rm(directory, { recursive: true }));

async function withStore(work: (store: MetadataStore) => Promise<void>): Promise<void> {
  const store = await openSqliteStore(path);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

describe("connections", () => {
  test("the writer syncs the log with every commit and enforces foreign keys", () => {
    const database = openForWriting(path);
    const pragma = (name: string) => Object.values(database.query(`PRAGMA ${name}`).get() as object)[0];
    expect(pragma("journal_mode")).toBe("wal");
    expect(pragma("synchronous")).toBe(2);
    expect(pragma("foreign_keys")).toBe(1);
    expect(pragma("busy_timeout")).toBeGreaterThan(0);
    database.close();
  });

  test("the reader cannot write", async () => {
    await withStore(async () => {
      const database = openForReading(path);
      expect(() => database.run("DELETE FROM uploads")).toThrow("readonly");
      database.close();
    });
  });
});

describe("the version", () => {
  test("changes with each commit of this store, and only then", () =>
    withStore(async (store) => {
      for (let round = 0; round < 20; round += 1) {
        const before = store.version();
        expect(await store.knownUploads(["none"])).toEqual([]);
        expect(store.version()).toBe(before);
        await store.startUpload(session(library));
        expect(store.version()).not.toBe(before);
      }
    }));

  test("changes with a commit of another connection, and not before it", () =>
    withStore(async (store) => {
      const other = openForWriting(path);
      for (let round = 0; round < 20; round += 1) {
        const before = store.version();
        other.run("BEGIN IMMEDIATE");
        other.run("INSERT INTO repositories (name, created_at) VALUES (?, 0)", [`other/${round}`]);
        expect(store.version()).toBe(before);
        other.run("COMMIT");
        expect(store.version()).not.toBe(before);
        // After this checkpoint the log restarts at its beginning.
        if (round % 5 === 4) other.run("PRAGMA wal_checkpoint(TRUNCATE)");
      }
      other.close();
    }));
});

describe("group commit", () => {
  test("one failing write among two hundred does not affect the others", () =>
    withStore(async (store) => {
      const uploads = Array.from({ length: 200 }, () => session(library));
      const doubled = uploads[100]!;
      const started = uploads.toSpliced(150, 0, { ...doubled, offset: 9 });
      const outcomes = await Promise.allSettled(started.map((upload) => store.startUpload(upload)));
      const rejected = outcomes.flatMap((outcome, at) => (outcome.status === "rejected" ? [at] : []));
      expect(rejected).toEqual([150]);
      expect(await store.knownUploads(uploads.map((upload) => upload.id))).toHaveLength(200);
      expect(await store.upload(library, doubled.id)).toEqual(doubled);
      expect(store.fault).toBeUndefined();
    }));

  test("each of many concurrent writes gets its own result", () =>
    withStore(async (store) => {
      const contents = Array.from({ length: 150 }, (_, at) => `content ${at % 50}`);
      const blobs = await Promise.all(contents.map((text) => received(store, library, text)));
      const answers = await Promise.all(blobs.map((blob) => store.commitBlob(blob)));
      for (const [at, answer] of answers.entries()) {
        expect(answer).toEqual({ surplus: at < 50 ? null : blobs[at]!.key });
      }
    }));

  test("a read sees a write as soon as it is acknowledged", () =>
    withStore(async (store) => {
      const seen = Array.from({ length: 100 }, async () => {
        const upload = session(library);
        await store.startUpload(upload);
        return (await store.upload(library, upload.id)) !== undefined;
      });
      expect(await Promise.all(seen)).toEqual(Array.from({ length: 100 }, () => true));
    }));

  test("writes beyond the queue's limit are refused as unavailable, the others succeed", () =>
    withStore(async (store) => {
      const beyond = 500;
      const total = metadataLimits.metadataQueue + beyond;
      const outcomes = await Promise.allSettled(Array.from({ length: total }, () => store.endUpload("none")));
      const refused = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(refused.length).toBe(beyond);
      expect(refused.every(({ reason }) => reason instanceof StoreUnavailable)).toBe(true);
      expect(store.fault).toBeUndefined();
      expect(await store.endUpload("none")).toBe(false);
    }));
});

describe("closing and opening", () => {
  test("close waits for the writes that were requested before", async () => {
    const store = await openSqliteStore(path);
    const uploads = Array.from({ length: 300 }, () => session(library));
    let answered = 0;
    const writes = uploads.map(async (upload) => {
      await store.startUpload(upload);
      answered += 1;
    });
    await store.close();
    expect(answered).toBe(300);
    await Promise.all(writes);
    await withStore(async (again) => {
      expect(await again.knownUploads(uploads.map((upload) => upload.id))).toHaveLength(300);
    });
  });

  test("close leaves the database as one file, also after reads", async () => {
    const store = await openSqliteStore(path);
    await store.startUpload(session(library));
    expect(await store.repositoryExists(library)).toBe(false);
    expect(store.version()).toBe(store.version());
    await store.close();
    expect(await readdir(directory)).toEqual(["metadata.db"]);
  });

  test("after close a write is refused as unavailable", async () => {
    const store = await openSqliteStore(path);
    expect(store.fault).toBeUndefined();
    await store.close();
    expect(store.fault).toBe("the metadata store is closed");
    expect(await rejectionOf(store.endUpload("any"))).toBeInstanceOf(StoreUnavailable);
  });

  test("everything is stored after closing and opening", async () => {
    const content = lone("kept");
    const upload = session(library);
    let key = "";
    await withStore(async (store) => {
      key = (await pushBlob(store, library, "layer")).key;
      await pushManifest(store, library, content, [tag("v1")]);
      await store.startUpload(upload);
    });
    await withStore(async (store) => {
      expect((await store.manifestByTag(library, tag("v1"), allBytes))?.stored?.bytes).toEqual(content.bytes);
      expect((await store.blob(library, content.digest)) ?? "none").toBe("none");
      const again = await received(store, library, "layer");
      expect(await store.commitBlob(again)).toEqual({ surplus: again.key });
      expect((await store.blob(library, again.digest))?.key).toBe(key);
      expect(await store.upload(library, upload.id)).toEqual(upload);
      expect(await store.tagHistory(library, tag("v1"), { limit: 10 })).toHaveLength(1);
    });
  });
});

describe("opening", () => {
  test("a database of a newer release is refused", async () => {
    const database = openForWriting(path);
    database.run("PRAGMA user_version = 1000");
    database.close();
    const refusal = await rejectionOf(openSqliteStore(path));
    expect(refusal).toBeInstanceOf(SchemaTooNew);
    expect(String(refusal)).toContain("schema 1000");
  });

  test("a path that cannot be a database is refused", async () => {
    const missing = openSqliteStore(join(directory, "missing", "metadata.db"));
    expect(String(await rejectionOf(missing))).toContain("unable to open");
    await Bun.write(path, "this is not a database, and long enough not to be taken for an empty one".repeat(20));
    expect(String(await rejectionOf(openSqliteStore(path)))).toContain("not a database");
  });
});

describe("a full disk", () => {
  const mountable = canMountSmallDisk();
  const title = "refuses the write as unavailable, keeps what was there, and takes writes again when there is room";

  test.skipIf(!mountable)(mountable ? title : `${title} (skipped: only root can mount a small disk)`, async () => {
    const disk = mountSmallDisk(1024 * 1024)!;
    const store = await openSqliteStore(join(disk.path, "metadata.db"));
    try {
      const filler = join(disk.path, "filler");
      await pushManifest(store, library, lone("before"), [tag("v1")]);
      await Bun.write(filler, new Uint8Array(512 * 1024));
      const large = lone("large", { padding: "x".repeat(800 * 1024) });
      expect(await rejectionOf(store.putManifest(put(library, large, [tag("v1")])))).toBeInstanceOf(StoreUnavailable);
      expect((await store.manifestByTag(library, tag("v1")))?.digest).toBe(lone("before").digest);
      expect(await store.manifestByDigest(library, large.digest)).toBeUndefined();

      // A check that writes nothing must still notice the fault.
      expect(await rejectionOf(store.checkWritable())).toBeInstanceOf(StoreUnavailable);
      await rm(filler);
      expect(store.fault).toBeUndefined();
      await store.checkWritable();
      await pushManifest(store, library, lone("after"), [tag("v1")], now + 1);
      expect((await store.manifestByTag(library, tag("v1")))?.digest).toBe(lone("after").digest);
    } finally {
      await store.close();
      disk.unmount();
    }
  });
});
