import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { hashingLimits } from "./limits.ts";
import type { UploadRecord } from "../../metadata/store.ts";
import { algorithms, digestOf, type Algorithm } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { UploadLost } from "../../storage/driver.ts";
import { keepUpload, newSession, pattern } from "../../storage/suite/content.ts";
import { FilesystemDriver } from "../../storage/filesystem/driver.ts";
import { MemoryDriver } from "../../storage/memory/driver.ts";
import { LocalHash, type RunningHash } from "./running-hash.ts";
import { RunningHashes } from "./running-hashes.ts";

const alone = { bytes: undefined, more: true, crowded: false };

const root = mkdtempSync(join(tmpdir(), "lading-hashes-"));
const driver = await FilesystemDriver.open(root);
afterAll(() => rmSync(root, { recursive: true }));

let hashes: RunningHashes;
beforeEach(() => {
  hashes = new RunningHashes(driver);
});
afterEach(() => hashes.close());

function session(offset = 0, algorithm: Algorithm = "sha256"): UploadRecord {
  return { id: newSession(), repository: "a/b" as RepositoryName, algorithm, offset, startedAt: 0, expiresAt: 0 };
}

/** A session with these bytes in its row and in storage. */
async function sessionOf(content: Uint8Array): Promise<UploadRecord> {
  const upload = session(content.length);
  await keepUpload(driver, upload.id, content);
  return upload;
}

/** Appends the bytes to the session and hashes them, in chunks. */
async function addAll(
  { id, offset }: UploadRecord,
  hash: RunningHash,
  content: Uint8Array,
  cuts: readonly number[] = [],
): Promise<void> {
  const writer = await driver.openUpload(id, offset);
  const ends = [...cuts.map((cut) => cut % (content.length + 1)).toSorted((a, b) => a - b), content.length];
  for (const [at, end] of ends.entries()) {
    const piece = content.slice(ends[at - 1] ?? 0, end);
    await hash.add(piece, writer.write(piece));
  }
  await writer.close();
}

describe("a hash in a thread", () => {
  test("is that of the bytes in any chunks, and can be read in between", async () => {
    const contents = fc.uint8Array({ maxLength: 3000 });
    const cuts = fc.array(fc.nat({ max: 3000 }), { maxLength: 5 });
    const algorithm = fc.constantFrom(...(Object.keys(algorithms) as Algorithm[]));
    const property = fc.asyncProperty(contents, contents, cuts, algorithm, async (first, more, cutAt, by) => {
      const upload = session(0, by);
      const hash = await hashes.take(upload, alone);
      await addAll(upload, hash, first, cutAt);
      expect(await hash.digest()).toBe(digestOf(first, by));
      await addAll({ ...upload, offset: first.length }, hash, more, cutAt);
      expect(await hash.digest()).toBe(digestOf(Buffer.concat([first, more]), by));
      hash.forget();
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test("is not mixed with concurrent ones", async () => {
    const contents = Array.from({ length: 20 }, (_, at) => pattern(2 * hashingLimits.hashedTogetherBytes + at));
    const digests = contents.map(async (content) => {
      const upload = session();
      const hash = await hashes.take(upload, alone);
      await addAll(upload, hash, content, [10_000, 20_000, hashingLimits.hashedTogetherBytes + 1]);
      return hash.digest();
    });
    expect(await Promise.all(digests)).toEqual(contents.map((content) => digestOf(content)));
  });

  test("reads a chunk only after it is written, and limits how far the writer may be ahead", async () => {
    const upload = session();
    const hash = await hashes.take(upload, alone);
    const piece = pattern(hashingLimits.hashedAheadBytes + 1);
    const writing = Promise.withResolvers<void>();
    let taken = false;
    const adding = hash.add(piece, writing.promise).then(() => (taken = true));
    await Bun.sleep(20);
    // The hash must not read the chunk before it is written.
    await keepUpload(driver, upload.id, piece);
    writing.resolve();
    await Bun.sleep(0);
    expect(taken).toBe(false);
    await adding;
    expect(await hash.digest()).toBe(digestOf(piece));
  });

  test("that was lost with its thread is computed again from the stored bytes", async () => {
    const content = pattern(300_000);
    const upload = await sessionOf(content);
    const hash = await hashes.take(upload, alone);
    expect(await hash.digest()).toBe(digestOf(content));
    hashes.put(upload.id, hash, content.length);
    hashes.close();

    expect(hash.intact).toBe(false);
    expect(await rejectionOf(hash.add(pattern(1), Promise.resolve()))).toBeInstanceOf(Error);
    const again = await hashes.take(upload, alone);
    expect(again).not.toBe(hash);
    expect(await again.digest()).toBe(digestOf(content));
  });

  test("of a long session that starts again yields to other sessions of its thread", async () => {
    const digested: string[] = [];
    const digesting = async (name: string, upload: UploadRecord) => {
      const hash = await hashes.take(upload, alone);
      await hash.digest();
      digested.push(name);
    };
    const long = { ...(await sessionOf(pattern(1))), offset: 8 * hashingLimits.hashedAheadBytes };
    truncateSync(driver.uploadFile(long.id), long.offset);
    const short = await sessionOf(pattern(hashingLimits.hashedTogetherBytes));
    const inEachThread = Array.from({ length: hashingLimits.hashThreads }, () => digesting("long", long));
    await Promise.all([...inEachThread, digesting("short", short)]);
    expect(digested[0]).toBe("short");
  });

  test("reports lost bytes if the file is missing or too short, and continues with others", async () => {
    const content = pattern(300_000);
    const gone = await hashes.take(session(content.length), alone);
    expect(await rejectionOf(gone.digest())).toBeInstanceOf(UploadLost);
    expect(gone.intact).toBe(false);

    const cut = await sessionOf(content);
    truncateSync(driver.uploadFile(cut.id), content.length - 1);
    expect(await rejectionOf((await hashes.take(cut, alone)).digest())).toBeInstanceOf(UploadLost);

    const whole = await hashes.take(await sessionOf(content), alone);
    expect(await whole.digest()).toBe(digestOf(content));
  });
});

describe("the place where a hash is computed", () => {
  test("is the main thread for short chunks and for crowds, and a hash thread otherwise", async () => {
    const short = { ...alone, bytes: hashingLimits.hashedAtOnceBytes };
    expect(await hashes.take(session(), short)).toBeInstanceOf(LocalHash);
    expect(await hashes.take(session(), { ...alone, crowded: true })).toBeInstanceOf(LocalHash);
    expect(await hashes.take(session(), { ...short, bytes: short.bytes + 1 })).not.toBeInstanceOf(LocalHash);
    expect(await hashes.take(session(), alone)).not.toBeInstanceOf(LocalHash);
  });

  test("is the main thread if the bytes are not in a file", async () => {
    const content = pattern(hashingLimits.hashedAtOnceBytes * 3);
    const inMemory = new MemoryDriver();
    const upload = session(content.length);
    await keepUpload(inMemory, upload.id, content);
    const hash = await new RunningHashes(inMemory).take(upload, alone);
    expect(hash).toBeInstanceOf(LocalHash);
    expect(await hash.digest()).toBe(digestOf(content));
  });

  test("stays the main thread for a stored hash if the bytes are not in a file", async () => {
    const inMemory = new RunningHashes(new MemoryDriver());
    const upload = session(1000);
    const hash = await inMemory.take({ ...upload, offset: 0 }, alone);
    inMemory.put(upload.id, hash, 1000);
    expect(await inMemory.take(upload, alone)).toBe(hash);
  });

  test("moves from the main thread to a hash thread when the upload becomes long", async () => {
    const upload = session(1000);
    const content = pattern(1000);
    const short = await hashes.take({ ...upload, offset: 0 }, { ...alone, bytes: 1000 });
    await addAll({ ...upload, offset: 0 }, short, content);
    hashes.put(upload.id, short, 1000);
    const long = await hashes.take(upload, alone);
    expect(long).not.toBeInstanceOf(LocalHash);
    expect(await long.digest()).toBe(digestOf(content));
  });

  test("stays the same for a stored hash at its offset", async () => {
    const upload = session(1000);
    const hash = await hashes.take({ ...upload, offset: 0 }, alone);
    hashes.put(upload.id, hash, 1000);
    hashes.release(upload.id, hash);
    expect(await hashes.take(upload, alone)).toBe(hash);
  });
});
