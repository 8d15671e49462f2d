/** Abandoned upload sessions. A timer runs their sweep, so the tests call it directly on the core. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anonymous, authorize, openPolicy } from "../../src/auth/grant.ts";
import { ManualClock } from "../../src/base/clock.ts";
import { uploadLimits } from "../../src/registry/uploads/limits.ts";
import { openSqliteStore } from "../../src/metadata/sqlite/store.ts";
import { parseRepositoryName } from "../../src/oci/repository-name.ts";
import { UploadExpiry } from "../../src/registry/uploads/expiry.ts";
import { LocalSessionLocks } from "../../src/registry/uploads/session-locks.ts";
import { Registry } from "../../src/registry/registry.ts";
import { FilesystemDriver } from "../../src/storage/filesystem/driver.ts";
import { patienceMs } from "../support/patience.ts";
import { until } from "../support/until.ts";
import { rejectionOf } from "../support/rejection.ts";

setDefaultTimeout(patienceMs);

async function build() {
  const data = mkdtempSync(join(tmpdir(), "lading-test-"));
  const clock = new ManualClock();
  const driver = await FilesystemDriver.open(join(data, "storage"));
  const store = await openSqliteStore(join(data, "metadata.sqlite"));
  const locks = new LocalSessionLocks(clock);
  const { uploads } = new Registry({ store, driver, clock, locks });
  const expiry = new UploadExpiry({ store, driver, clock }, locks.held);
  const grant = authorize(openPolicy, {
    principal: anonymous,
    action: "push",
    repository: parseRepositoryName("team/forgotten")!,
    object: undefined,
  });
  const dispose = async () => {
    await store.close();
    rmSync(data, { recursive: true });
  };
  return { clock, driver, uploads, expiry, grant, dispose };
}

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

test("CAN-04 they expire with their bytes at the end of their lifetime, and not before", async () => {
  const { clock, driver, uploads, expiry, grant, dispose } = await build();
  const { id } = await uploads.start(grant);
  await uploads.append(grant.forSession(id), { body: bodyOf("left behind") });
  clock.advance(uploadLimits.uploadLifetimeMs - 1);
  expect(await expiry.sweep()).toBe(0);
  clock.advance(1);
  expect(await expiry.sweep()).toBe(1);
  const gone = await rejectionOf(uploads.status(grant.forSession(id)));
  expect(gone).toMatchObject({ failure: "UPLOAD_UNKNOWN" });
  expect(await driver.listUploads()).toEqual([]);
  await dispose();
});

test("CAN-04 a chunk renews the full lifetime of a session", async () => {
  const { clock, uploads, expiry, grant, dispose } = await build();
  const { id } = await uploads.start(grant);
  clock.advance(uploadLimits.uploadLifetimeMs - 1);
  await uploads.append(grant.forSession(id), { body: bodyOf("still here") });
  clock.advance(uploadLimits.uploadLifetimeMs - 1);
  expect(await expiry.sweep()).toBe(0);
  expect((await uploads.status(grant.forSession(id))).offset).toBe(10);
  await dispose();
});

test("CAN-04 a session that a request writes to at that moment does not expire", async () => {
  const { clock, uploads, expiry, grant, dispose } = await build();
  const { id } = await uploads.start(grant);
  const gate = Promise.withResolvers<void>();
  async function* slowly(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("first");
    await gate.promise;
    yield new TextEncoder().encode("second");
  }
  const writing = uploads.append(grant.forSession(id), { body: slowly() });
  await until(() => uploads.active === 1);
  clock.advance(uploadLimits.uploadLifetimeMs);
  expect(await expiry.sweep()).toBe(0);
  gate.resolve();
  expect((await writing).offset).toBe(11);
  await dispose();
});

test("CAN-04 one sweep removes more sessions than one batch contains", async () => {
  const { clock, uploads, expiry, grant, dispose } = await build();
  const expired = uploadLimits.uploadSweepBatch * 2 + 1;
  for (let count = 0; count < expired; count += 1) await uploads.start(grant);
  clock.advance(uploadLimits.uploadLifetimeMs);
  expect([await expiry.sweep(), await expiry.sweep()]).toEqual([expired, 0]);
  await dispose();
});

test("L36 a session without bytes expires after an hour", async () => {
  const { clock, uploads, expiry, grant, dispose } = await build();
  const [empty, used] = [await uploads.start(grant), await uploads.start(grant)];
  await uploads.append(grant.forSession(used.id), { body: bodyOf("a byte is enough") });
  clock.advance(uploadLimits.emptyUploadLifetimeMs - 1);
  expect(await expiry.sweep()).toBe(0);
  clock.advance(1);
  expect(await expiry.sweep()).toBe(1);
  expect(await rejectionOf(uploads.status(grant.forSession(empty.id)))).toMatchObject({ failure: "UPLOAD_UNKNOWN" });
  expect((await uploads.status(grant.forSession(used.id))).offset).toBe(16);
  await dispose();
});
