/**
 * Faults that an upload session must survive, and faults that must end it. Other tests of upload sessions use HTTP.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detour, type Detour } from "../../../test/support/detour.ts";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { anonymous, authorize, openPolicy, type Grant } from "../../auth/grant.ts";
import { ManualClock } from "../../base/clock.ts";
import { ociLimits } from "../../oci/limits.ts";
import { uploadLimits } from "./limits.ts";
import { openSqliteStore } from "../../metadata/sqlite/store.ts";
import { StoreUnavailable, type MetadataStore } from "../../metadata/store.ts";
import { digestOf } from "../../oci/digest.ts";
import { parseRepositoryName } from "../../oci/repository-name.ts";
import { StorageFault, type StorageDriver, type UploadWriter } from "../../storage/driver.ts";
import { MemoryDriver } from "../../storage/memory/driver.ts";
import { BodyInterrupted } from "./chunk.ts";
import { UploadExpiry } from "./expiry.ts";
import { LocalSessionLocks } from "./session-locks.ts";
import { Uploads } from "./uploads.ts";

const repository = parseRepositoryName("team/sessions")!;
const granted = authorize(openPolicy, { principal: anonymous, action: "push", repository, object: undefined });

let directory: string;
let clock: ManualClock;
let realStore: MetadataStore;
let realDriver: StorageDriver;
let store: Detour<MetadataStore>;
let driver: Detour<StorageDriver>;
let uploads: Uploads;
let locks: LocalSessionLocks;
let expiry: UploadExpiry;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-uploads-"));
  clock = new ManualClock();
  realStore = await openSqliteStore(join(directory, "metadata.sqlite"));
  realDriver = new MemoryDriver();
  store = detour(realStore);
  driver = detour(realDriver);
  locks = new LocalSessionLocks(clock);
  expiry = new UploadExpiry({ store: store.object, driver: driver.object, clock }, locks.held);
  uploads = restarted();
});
afterEach(async () => {
  uploads.close();
  await realStore.close();
  await rm(directory, { recursive: true });
});

/** The sessions as another process sees them: it has only the stored state. */
function restarted(): Uploads {
  return new Uploads({ store: store.object, driver: driver.object, clock, locks, inlineBlobBytes: 0 });
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function* bodyOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

async function begun(text: string): Promise<Grant<"push", string>> {
  const session = granted.forSession((await uploads.start(granted)).id);
  if (text) await uploads.append(session, { body: bodyOf(text) });
  return session;
}

function finish(session: Grant<"push", string>, whole: string, rest = "") {
  return uploads.finish(session, [digestOf(bytes(whole))], { body: bodyOf(rest) });
}

async function storedText(text: string): Promise<string | undefined> {
  const record = await realStore.blob(repository, digestOf(bytes(text)));
  return record && (await realDriver.open(record.key))?.text();
}

function fault(): Promise<never> {
  return Promise.reject(new StorageFault("input/output error"));
}

/** Replaces a method of the writer of the next session that is opened for writing. */
function nextWriter<Name extends keyof UploadWriter>(
  name: Name,
  instead: (real: UploadWriter) => UploadWriter[Name],
): void {
  driver.once("openUpload", async (id, offset) => {
    const real = await realDriver.openUpload(id, offset);
    const writer = detour(real);
    writer.once(name, instead(real));
    return writer.object;
  });
}

/** A body that waits after its first piece. */
function heldBody(first: string) {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  return {
    /** Resolves after the first piece was read and written. */
    arrived: arrived.promise,
    release: gate.resolve,
    async *stream(...rest: (string | Error)[]): AsyncGenerator<Uint8Array> {
      yield bytes(first);
      arrived.resolve();
      await gate.promise;
      for (const piece of rest) {
        if (piece instanceof Error) throw piece;
        yield bytes(piece);
      }
    },
  };
}

describe("a session without bytes", () => {
  for (const [how, error] of [
    ["breaks off", new BodyInterrupted("gone")],
    ["fails", new Error("refused")],
  ] as const) {
    test(`whose first body ${how} before its first byte: the storage keeps nothing that a short end would not remove`, async () => {
      const keeping = new Uploads({ store: store.object, driver: driver.object, clock });
      const session = granted.forSession((await keeping.start(granted)).id);
      const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(error) });
      await rejectionOf(keeping.append(session, { body }));
      expect((await keeping.status(session)).offset).toBe(0);
      await keeping.finish(session, [digestOf(bytes("short"))], { length: 5, body: bodyOf("short") });
      expect(await realDriver.listUploads()).toEqual([]);
      keeping.close();
    });
  }
});

test("M9 a blob in one request that breaks off stores nothing and advances no session", async () => {
  store.once("advanceUpload", fault);
  const body = (async function* () {
    yield bytes("begun");
    throw new BodyInterrupted("gone");
  })();
  const refused = await rejectionOf(uploads.storeMonolithic(granted, [digestOf(bytes("whole"))], { body }));
  expect(refused).toMatchObject({ failure: "UPLOAD_INVALID" });
  expect(await realDriver.listUploads()).toEqual([]);
});

describe("a storage that fails once", () => {
  test("at the opening of a session: the session keeps its offset, and can be continued", async () => {
    const session = await begun("hello ");
    driver.once("openUpload", fault);
    const refused = await rejectionOf(uploads.append(session, { body: bodyOf("world") }));
    expect(refused).toMatchObject({
      failure: "UNAVAILABLE",
      facts: { retryAfterSeconds: ociLimits.retryAfterSeconds },
    });
    expect((await uploads.status(session)).offset).toBe(6);
    expect((await uploads.append(session, { body: bodyOf("world") })).offset).toBe(11);
    await finish(session, "hello world");
    expect(await storedText("hello world")).toBe("hello world");
  });

  test("at the reading of a session without its hash: the session keeps its offset, and can be continued", async () => {
    const session = await begun("hello ");
    uploads = restarted();
    driver.once("readUpload", () => ({ [Symbol.asyncIterator]: () => ({ next: fault }) }));
    expect(await rejectionOf(finish(session, "hello world", "world"))).toMatchObject({ failure: "UNAVAILABLE" });
    expect((await uploads.status(session)).offset).toBe(6);
    await finish(session, "hello world", "world");
    expect(await storedText("hello world")).toBe("hello world");
  });

  test("in the middle of a body: acknowledged bytes stay, others are truncated", async () => {
    const session = await begun("hello ");
    nextWriter("write", () => fault);
    expect(await rejectionOf(uploads.append(session, { body: bodyOf("wor", "ld") }))).toMatchObject({
      failure: "UNAVAILABLE",
    });
    expect((await uploads.status(session)).offset).toBe(6);
    await finish(session, "hello world", "world");
    expect(await storedText("hello world")).toBe("hello world");
  });

  test("at the sync of a chunk: the state on the disk is unknown, so the session and its bytes are removed", async () => {
    const session = await begun("hello ");
    nextWriter("sync", () => fault);
    expect(await rejectionOf(uploads.append(session, { body: bodyOf("world") }))).toMatchObject({
      failure: "UNAVAILABLE",
    });
    expect(await rejectionOf(uploads.status(session))).toMatchObject({ failure: "UPLOAD_UNKNOWN" });
    expect(await realDriver.listUploads()).toEqual([]);
  });

  test("at the sync of a blob: the session is removed, and there is no blob", async () => {
    const session = await begun("hello ");
    nextWriter("commit", () => fault);
    expect(await rejectionOf(finish(session, "hello world", "world"))).toMatchObject({ failure: "UNAVAILABLE" });
    for (const again of [uploads.status(session), finish(session, "hello world", "world")]) {
      expect(await rejectionOf(again)).toMatchObject({ failure: "UPLOAD_UNKNOWN" });
    }
    expect(await storedText("hello world")).toBeUndefined();
    expect(await realDriver.listUploads()).toEqual([]);
  });
});

describe("a commit that the store refuses", () => {
  test("can be repeated: the session keeps its bytes, the second object gets another key, and the first is removed", async () => {
    const session = await begun("hello ");
    const keys: string[] = [];
    store.once("commitBlob", async ({ key }) => {
      keys.push(key);
      throw new StoreUnavailable("the queue of metadata writes is full");
    });
    expect(await rejectionOf(finish(session, "hello world", "world"))).toMatchObject({
      failure: "UNAVAILABLE",
      facts: { retryAfterSeconds: ociLimits.retryAfterSeconds },
    });
    expect((await uploads.status(session)).offset).toBe(6);
    expect(await storedText("hello world")).toBeUndefined();

    store.once("commitBlob", (blob) => {
      keys.push(blob.key);
      return realStore.commitBlob(blob);
    });
    await finish(session, "hello world", "world");
    expect(await storedText("hello world")).toBe("hello world");
    expect(keys).toHaveLength(2);
    expect(keys[1]).not.toBe(keys[0]!);
    expect(await realDriver.open(keys[0]!)).toBeUndefined();
    expect(await realDriver.listUploads()).toEqual([]);
  });

  test("in a single request leaves nothing behind", async () => {
    store.once("commitBlob", () => Promise.reject(new StoreUnavailable("the disk is full")));
    const whole = uploads.storeMonolithic(granted, [digestOf(bytes("whole"))], { body: bodyOf("whole") });
    expect(await rejectionOf(whole)).toMatchObject({ failure: "UNAVAILABLE" });
    expect(await storedText("whole")).toBeUndefined();
    expect(await realDriver.listUploads()).toEqual([]);
  });
});

describe("a session that ends in a process without its hash", () => {
  const end = (session: Grant<"push", string>, whole: string, length?: number) =>
    uploads.finish(session, [digestOf(bytes(whole))], { length, body: bodyOf() });

  test("is not read again if no bytes are added", async () => {
    const session = await begun("hello world");
    uploads = restarted();
    driver.once("readUpload", () => ({ [Symbol.asyncIterator]: () => ({ next: fault }) }));
    await end(session, "hello world", 0);
    expect(await storedText("hello world")).toBe("hello world");
  });

  test("is compared with the digest", async () => {
    const session = await begun("hello world");
    uploads = restarted();
    expect(await rejectionOf(end(session, "goodbye", 0))).toMatchObject({ failure: "DIGEST_MISMATCH" });
    expect(await rejectionOf(uploads.status(session))).toMatchObject({ failure: "UPLOAD_UNKNOWN" });
  });

  test("is read if more bytes may arrive, or if another process has added bytes", async () => {
    const session = await begun("hello ");
    const elsewhere = restarted();
    await elsewhere.append(session, { body: bodyOf("wor") });
    await uploads.append(session, { body: bodyOf("ld") });
    await elsewhere.finish(session, [digestOf(bytes("hello world!"))], { body: bodyOf("!") });
    expect(await storedText("hello world!")).toBe("hello world!");
  });
});

describe("expiry", () => {
  test("keeps a session that was continued after it had been found expired", async () => {
    const session = await begun("hello ");
    clock.advance(uploadLimits.uploadLifetimeMs);
    store.once("expiredUploads", async (now, limit) => {
      const due = await realStore.expiredUploads(now, limit);
      await uploads.append(session, { body: bodyOf("world") });
      return due;
    });
    expect(await expiry.sweep()).toBe(0);
    expect((await uploads.status(session)).offset).toBe(11);
    await finish(session, "hello world");
    expect(await storedText("hello world")).toBe("hello world");
  });

  test("removes all expired sessions in one call", async () => {
    const sessions = await Promise.all(Array.from({ length: 250 }, () => begun("x")));
    clock.advance(uploadLimits.uploadLifetimeMs);
    expect(await expiry.sweep()).toBe(250);
    expect(await realDriver.listUploads()).toEqual([]);
    expect(await realStore.knownUploads(sessions.map(({ object }) => object))).toEqual([]);
  });

  test("keeps a session that a request writes to", async () => {
    const session = await begun("");
    const body = heldBody("hello ");
    const writing = uploads.append(session, { body: body.stream("world") });
    await body.arrived;
    clock.advance(uploadLimits.uploadLifetimeMs);
    expect(await expiry.sweep()).toBe(0);
    body.release();
    expect((await writing).offset).toBe(11);
    await finish(session, "hello world");
    expect(await storedText("hello world")).toBe("hello world");
  });

  test("removes all other expired sessions in one call while a request writes to one", async () => {
    const busy = await begun("");
    const body = heldBody("hello ");
    const writing = uploads.append(busy, { body: body.stream() });
    await body.arrived;
    clock.advance(1);
    await Promise.all(Array.from({ length: 250 }, () => uploads.start(granted)));
    clock.advance(uploadLimits.uploadLifetimeMs);
    const removed = await expiry.sweep();
    body.release();
    await writing;
    expect(removed).toBe(250);
  });
});

describe("settled", () => {
  test("waits until the bytes of an interrupted chunk are synced", async () => {
    const session = await begun("");
    const syncing = Promise.withResolvers<void>();
    const disk = Promise.withResolvers<void>();
    nextWriter("sync", (real) => async () => {
      syncing.resolve();
      await disk.promise;
      await real.sync();
    });
    const body = heldBody("hello");
    const appending = rejectionOf(
      uploads.append(session, { body: body.stream(new BodyInterrupted("the connection was closed")) }),
    );
    await body.arrived;
    const steps: string[] = [];
    const settled = uploads.settled().then(() => steps.push("settled"));
    body.release();
    await syncing.promise;
    // All pending callbacks have run.
    await Bun.sleep(0);
    steps.push("kept");
    disk.resolve();
    await settled;
    expect(steps).toEqual(["kept", "settled"]);
    expect((await restarted().status(session)).offset).toBe(5);
    expect(await appending).toMatchObject({ failure: "UPLOAD_INVALID", items: [{ detail: { offset: 5 } }] });
  });

  test("does not wait if no request writes", async () => {
    await begun("hello");
    await uploads.settled();
    expect(uploads.active).toBe(0);
  });
});
