import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { rejectionOf } from "../../test/rejection.ts";
import { limits } from "../base/limits.ts";
import type { UploadRecord } from "../metadata/store.ts";
import { algorithms, digestOf, type Algorithm } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { keepUpload, newSession, pattern } from "../storage/driver.suite.ts";
import { MemoryDriver } from "../storage/memory/driver.ts";
import { HashHere, type RunningHash } from "./running-hash.ts";
import { RunningHashes } from "./running-hashes.ts";

const written = Promise.resolve();
const alone = { bytes: undefined, more: true, crowded: false };

let driver: MemoryDriver;
let hashes: RunningHashes;
beforeEach(() => {
  driver = new MemoryDriver();
  hashes = new RunningHashes(driver);
});
afterEach(() => hashes.close());

function session(offset = 0, algorithm: Algorithm = "sha256"): UploadRecord {
  return { id: newSession(), repository: "a/b" as RepositoryName, algorithm, offset, startedAt: 0, expiresAt: 0 };
}

/** Pieces are handed over for good, so each is one of its own. */
async function addAll(hash: RunningHash, content: Uint8Array, cuts: readonly number[] = []): Promise<void> {
  const ends = [...cuts.map((cut) => cut % (content.length + 1)).toSorted((a, b) => a - b), content.length];
  for (const [at, end] of ends.entries()) await hash.add(content.slice(ends[at - 1] ?? 0, end), written);
}

describe("a hash beside the loop", () => {
  test("is that of the bytes, however they are cut, and may be asked for in between", async () => {
    const contents = fc.uint8Array({ maxLength: 3000 });
    const cuts = fc.array(fc.nat({ max: 3000 }), { maxLength: 5 });
    const algorithm = fc.constantFrom(...(Object.keys(algorithms) as Algorithm[]));
    const property = fc.asyncProperty(contents, contents, cuts, algorithm, async (first, more, cutAt, by) => {
      const hash = await hashes.take(session(0, by), alone);
      await addAll(hash, first, cutAt);
      expect(await hash.digest()).toBe(digestOf(first, by));
      await addAll(hash, more, cutAt);
      expect(await hash.digest()).toBe(digestOf(Buffer.concat([first, more]), by));
      hash.forget();
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test("of stored bytes leaves the driver the buffer that it reads with", async () => {
    const content = pattern(limits.hashedAtOnceBytes * 3);
    const stored = session(content.length);
    const buffer = Buffer.from(new ArrayBuffer(limits.hashedAtOnceBytes));
    driver.readUpload = async function* () {
      for (let at = 0; at < content.length; at += buffer.length) {
        buffer.set(content.subarray(at, at + buffer.length));
        yield buffer;
      }
    };
    expect(await (await hashes.take(stored, alone)).digest()).toBe(digestOf(content));
  });

  test("of many at once does not mix them", async () => {
    const contents = Array.from({ length: 20 }, (_, at) => pattern(50_000 + at));
    const digests = contents.map(async (content) => {
      const hash = await hashes.take(session(), alone);
      await addAll(hash, content, [10_000, 20_000, 30_000]);
      return hash.digest();
    });
    expect(await Promise.all(digests)).toEqual(contents.map((content) => digestOf(content)));
  });

  test("takes a piece only when it is written, and lets nobody run ahead without end", async () => {
    const hash = await hashes.take(session(), alone);
    const piece = pattern(limits.hashedAheadBytes + 1);
    const writing = Promise.withResolvers<void>();
    let taken = false;
    const adding = hash.add(piece, writing.promise).then(() => (taken = true));
    await Bun.sleep(20);
    expect(piece.length).toBe(limits.hashedAheadBytes + 1);
    writing.resolve();
    await Bun.sleep(0);
    // Handed over, not copied, and waited for.
    expect(piece.length).toBe(0);
    expect(taken).toBe(false);
    await adding;
  });

  test("that was lost with its thread is computed again from what is stored", async () => {
    const content = pattern(300_000);
    const upload = session(content.length);
    await keepUpload(driver, upload.id, content);
    const hash = await hashes.take({ ...upload, offset: 0 }, alone);
    await addAll(hash, content);
    hashes.put(upload.id, hash, content.length);
    hashes.close();

    expect(hash.intact).toBe(false);
    expect(await rejectionOf(hash.add(pattern(1), written))).toBeInstanceOf(Error);
    const again = await hashes.take(upload, alone);
    expect(again).not.toBe(hash);
    expect(await again.digest()).toBe(digestOf(content));
  });
});

describe("where a hash is computed", () => {
  test("here, for what is short or comes with many others; else beside the loop", async () => {
    const short = { ...alone, bytes: limits.hashedAtOnceBytes };
    expect(await hashes.take(session(), short)).toBeInstanceOf(HashHere);
    expect(await hashes.take(session(), { ...alone, crowded: true })).toBeInstanceOf(HashHere);
    expect(await hashes.take(session(), { ...short, bytes: short.bytes + 1 })).not.toBeInstanceOf(HashHere);
    expect(await hashes.take(session(), alone)).not.toBeInstanceOf(HashHere);
  });

  test("one that began here goes on beside the loop once it grows long", async () => {
    const upload = session(1000);
    const content = pattern(1000);
    await keepUpload(driver, upload.id, content);
    const short = await hashes.take({ ...upload, offset: 0 }, { ...alone, bytes: 1000 });
    await addAll(short, content);
    hashes.put(upload.id, short, 1000);
    const long = await hashes.take(upload, alone);
    expect(long).not.toBeInstanceOf(HashHere);
    expect(await long.digest()).toBe(digestOf(content));
  });

  test("one that is kept is taken up again where it stands", async () => {
    const upload = session(1000);
    const hash = await hashes.take({ ...upload, offset: 0 }, alone);
    hashes.put(upload.id, hash, 1000);
    hashes.release(upload.id, hash);
    expect(await hashes.take(upload, alone)).toBe(hash);
  });
});
