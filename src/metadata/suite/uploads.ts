import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { digest, hour, now, received, repository, session, type CurrentStore } from "./content.ts";

const library = repository("library/alpine");
const other = repository("library/busybox");

/** Tests of upload sessions. */
export function uploadContract(store: CurrentStore): void {
  describe("upload sessions", () => {
    sessionTests(store);
    offsetTests(store);
    housekeepingTests(store);
  });
}

function sessionTests(store: CurrentStore): void {
  test("an upload session is read back unchanged", async () => {
    const upload = session(library, { algorithm: "sha512", offset: 7 });
    await store().startUpload(upload);
    expect(await store().upload(library, upload.id)).toEqual(upload);
  });

  test("UP-29: a session belongs to one repository", async () => {
    const blob = await received(store(), library, "bytes");
    expect(await store().upload(other, blob.upload)).toBeUndefined();
    expect(await store().commitBlob({ ...blob, repository: other })).toBeUndefined();
    expect(await store().repositoryExists(other)).toBe(false);
    expect(await store().upload(library, blob.upload)).toBeDefined();
  });

  test("an id names one upload session: a second start is refused and changes nothing", async () => {
    const upload = session(library);
    await store().startUpload(upload);
    const second = store().startUpload({ ...upload, repository: other, offset: 9 });
    expect(await rejectionOf(second)).toBeInstanceOf(Error);
    expect(await store().upload(library, upload.id)).toEqual(upload);
    expect(await store().upload(other, upload.id)).toBeUndefined();
  });

  test("an upload session ends once", async () => {
    const upload = session(library);
    await store().startUpload(upload);
    expect(await store().endUpload(upload.id)).toBe(true);
    expect(await store().upload(library, upload.id)).toBeUndefined();
    expect(await store().endUpload(upload.id)).toBe(false);
  });

  test("an unfinished upload does not create a repository", async () => {
    const upload = session(library);
    await store().startUpload(upload);
    await store().advanceUpload(upload.id, 0, 100, now + hour);
    expect(await store().repositoryExists(library)).toBe(false);
    await store().endUpload(upload.id);
    expect(await store().repositoryExists(library)).toBe(false);
    expect(await store().repositories({ limit: 10 })).toEqual([]);
  });
}

function offsetTests(store: CurrentStore): void {
  test("advancing moves the offset and the expiry", async () => {
    const upload = session(library);
    await store().startUpload(upload);
    expect(await store().advanceUpload(upload.id, 0, 1000, now + 2 * hour)).toBe(true);
    expect(await store().advanceUpload(upload.id, 1000, 1500, now + 3 * hour)).toBe(true);
    expect(await store().upload(library, upload.id)).toEqual({ ...upload, offset: 1500, expiresAt: now + 3 * hour });
  });

  test("advancing sets or removes the digest of the bytes", async () => {
    const upload = session(library);
    await store().startUpload(upload);
    await store().advanceUpload(upload.id, 0, 1000, now + hour, digest("1000 bytes"));
    expect((await store().upload(library, upload.id))?.digest).toBe(digest("1000 bytes"));
    await store().advanceUpload(upload.id, 1000, 1500, now + hour);
    expect(await store().upload(library, upload.id)).not.toHaveProperty("digest");
  });

  test("advancing from another offset changes nothing", async () => {
    const upload = session(library, { offset: 500 });
    await store().startUpload(upload);
    expect(await store().advanceUpload(upload.id, 0, 700, now + 9 * hour)).toBe(false);
    expect(await store().advanceUpload(upload.id, 501, 700, now + 9 * hour)).toBe(false);
    expect(await store().upload(library, upload.id)).toEqual(upload);
  });

  test("an ended upload session neither advances nor reappears", async () => {
    const upload = session(library);
    await store().startUpload(upload);
    await store().endUpload(upload.id);
    expect(await store().advanceUpload(upload.id, 0, 10, now + hour)).toBe(false);
    expect(await store().upload(library, upload.id)).toBeUndefined();
  });

  test("of concurrent writers that advance from the same offset, one wins", async () => {
    const upload = session(library);
    await store().startUpload(upload);
    const ends = [10, 20, 30, 40, 50];
    const won = await Promise.all(ends.map((to) => store().advanceUpload(upload.id, 0, to, now + hour)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await store().upload(library, upload.id))?.offset).toBe(ends[won.indexOf(true)]);
  });

  test("an offset beyond 4 GiB is stored exactly", async () => {
    const upload = session(library);
    await store().startUpload(upload);
    const offset = 2 ** 40 + 1;
    await store().advanceUpload(upload.id, 0, offset, now + hour);
    expect((await store().upload(library, upload.id))?.offset).toBe(offset);
  });
}

function housekeepingTests(store: CurrentStore): void {
  test("expired upload sessions of every repository are found, and continued ones are not", async () => {
    const old = session(library, { expiresAt: now - 1 });
    const due = session(other, { expiresAt: now });
    const touched = session(library, { expiresAt: now - 1 });
    const fresh = session(library, { expiresAt: now + 1 });
    for (const upload of [old, due, touched, fresh]) await store().startUpload(upload);
    await store().advanceUpload(touched.id, 0, 5, now + hour);
    expect(byId(await store().expiredUploads(now, 10))).toEqual(byId([old, due]));
    expect(await store().expiredUploads(now - 2, 10)).toEqual([]);
  });

  test("the number of expired upload sessions is limited", async () => {
    const uploads = Array.from({ length: 5 }, () => session(library, { expiresAt: now - hour }));
    for (const upload of uploads) await store().startUpload(upload);
    expect(await store().expiredUploads(now, 3)).toHaveLength(3);
    expect(await store().expiredUploads(now, 0)).toEqual([]);
  });

  test("an upload session expires once, at its time, and not if it was continued in the meantime", async () => {
    const due = session(library, { expiresAt: now });
    const continued = session(library, { expiresAt: now });
    const fresh = session(library, { expiresAt: now + 1 });
    for (const upload of [due, continued, fresh]) await store().startUpload(upload);
    expect(await store().expiredUploads(now, 10)).toHaveLength(2);
    await store().advanceUpload(continued.id, 0, 5, now + hour);

    expect(await store().expireUpload(due.id, now)).toBe(true);
    expect(await store().expireUpload(due.id, now)).toBe(false);
    expect(await store().expireUpload(continued.id, now)).toBe(false);
    expect(await store().expireUpload(fresh.id, now)).toBe(false);
    expect(await store().upload(library, due.id)).toBeUndefined();
    expect((await store().upload(library, continued.id))?.offset).toBe(5);
    expect(await store().upload(library, fresh.id)).toEqual(fresh);
  });

  test("existing upload sessions are distinguished from other ids", async () => {
    const [alive, ended] = [session(library), session(other)];
    await store().startUpload(alive);
    await store().startUpload(ended);
    await store().endUpload(ended.id);
    expect(await store().knownUploads([ended.id, alive.id, "never-started"])).toEqual([alive.id]);
    expect(await store().knownUploads([])).toEqual([]);
  });

  test("a committed upload session does not exist any more", async () => {
    const blob = await received(store(), library, "bytes");
    expect(await store().knownUploads([blob.upload])).toEqual([blob.upload]);
    await store().commitBlob(blob);
    expect(await store().knownUploads([blob.upload])).toEqual([]);
    expect((await store().blob(library, digest("bytes")))?.key).toBe(blob.key);
  });
}

function byId<T extends { readonly id: string }>(uploads: readonly T[]): T[] {
  return uploads.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
