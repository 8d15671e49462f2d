import { afterEach, beforeEach, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detour } from "../../../test/support/detour.ts";
import { signingKeys } from "../../../test/support/schema1.ts";
import { signedManifestOf, type SignedManifest } from "../../../test/support/schema1-push.ts";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { isCached } from "../../base/cache/cached.ts";
import { cacheLimits } from "./limits.ts";
import { openSqliteStore } from "../../metadata/sqlite/store.ts";
import { allBytes, type MetadataStore } from "../../metadata/store.ts";
import {
  deletion,
  lone,
  pinnedUntil,
  pushManifest,
  tryPush,
  repository,
  tag,
  type Document,
} from "../../metadata/suite/content.ts";
import { digestOf } from "../../oci/digest.ts";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import type { SigningKey } from "../../docker/schema1/key.ts";
import { ManifestCache } from "./manifest-cache.ts";

const [here, there] = [repository("team/app"), repository("team/other")];
const latest = tag("latest");
const short = lone("short");
const moved = lone("moved");
const long = lone("x".repeat(cacheLimits.manifestReadWithRecordBytes));

let directory: string;
let store: MetadataStore;
let known: ManifestCache;
/** The reads of manifests, with the maximum number of bytes that each may return. */
let reads: (number | undefined)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lading-known-"));
  store = await openSqliteStore(join(directory, "metadata.db"));
  reads = [];
  known = new ManifestCache({ store: noting(store) });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

function noting(of: MetadataStore): MetadataStore {
  return {
    ...of,
    manifestByTag: (name, reference, bytesUpTo) => {
      reads.push(bytesUpTo);
      return of.manifestByTag(name, reference, bytesUpTo);
    },
    manifestByDigest: (name, digest, bytesUpTo) => {
      reads.push(bytesUpTo);
      return of.manifestByDigest(name, digest, bytesUpTo);
    },
  };
}

/** The number of reads for one request. */
async function readsOf(content: Document, reference = latest): Promise<number> {
  const before = reads.length;
  expect((await known.manifest(here, reference))?.bytes).toEqual(content.bytes);
  return reads.length - before;
}

/** An entry that is requested once is not cached. */
async function makeKnown(content: Document): Promise<void> {
  for (let times = 0; times < 2; times += 1) await readsOf(content);
  expect(await readsOf(content)).toBe(0);
}

function commitSomething(): Promise<void> {
  return pushManifest(store, there, lone(crypto.randomUUID()));
}

function damage({ digest }: Document): void {
  const database = new Database(join(directory, "metadata.db"));
  const id = "(SELECT id FROM manifests WHERE digest = ?)";
  database.run(`UPDATE manifest_bytes SET bytes = x'7b7d' WHERE manifest_id = ${id}`, [digest]);
  database.close();
}

test("a short manifest is read with its record, and is cached until the next commit at its second request", async () => {
  await pushManifest(store, here, short, [latest]);
  expect(await readsOf(short)).toBe(1);
  expect(await readsOf(short)).toBe(1);
  expect(await readsOf(short)).toBe(0);
  await commitSomething();
  expect(await readsOf(short)).toBe(1);
  expect(await readsOf(short)).toBe(0);
});

for (const [size, content, firstReads] of [
  ["short", short, 1],
  ["long", long, 2],
] as const) {
  test(`the bytes of a cached ${size} manifest are not read again when its record is read again`, async () => {
    await pushManifest(store, here, content, [latest]);
    expect(await readsOf(content)).toBe(firstReads);
    await makeKnown(content);
    for (let commits = 0; commits < 3; commits += 1) {
      await commitSomething();
      expect([await readsOf(content), reads.at(-1)]).toEqual([1, undefined]);
    }
  });
}

test("a cached tag that has moved is read with its bytes, and is cached after that", async () => {
  await pushManifest(store, here, short, [latest]);
  await makeKnown(short);
  await pushManifest(store, here, moved, [latest]);
  expect([await readsOf(moved), reads.at(-1)]).toEqual([2, allBytes]);
  await makeKnown(moved);
});

test("H5 a record without bytes is returned only if the bytes are intact; they are verified once", async () => {
  for (const content of [short, long]) {
    await pushManifest(store, here, content, [latest]);
    const record = {
      digest: content.digest,
      mediaType: content.manifest.mediaType,
      size: content.bytes.length,
      pinnedUntil,
    };
    for (let times = 0; times < 3; times += 1) expect(await known.record(here, content.digest)).toEqual(record);
    await commitSomething();
    reads.length = 0;
    expect(await known.record(here, content.digest)).toEqual(record);
    expect(reads).toEqual([undefined]);
  }
});

test("H5 a damaged manifest has no record", async () => {
  for (const content of [short, long]) {
    await pushManifest(store, here, content, [latest]);
    damage(content);
    for (const reference of [latest, content.digest]) expect(await known.record(here, reference)).toBeUndefined();
    await pushManifest(store, here, content, [latest]);
    expect((await known.record(here, latest))?.digest).toBe(content.digest);
  }
});

test("a moved tag returns the new manifest at once", async () => {
  const next = lone("next");
  await pushManifest(store, here, short, [latest]);
  await makeKnown(short);
  await pushManifest(store, here, next, [latest]);
  await makeKnown(next);
});

test("cached manifests of one repository are not visible in another", async () => {
  await pushManifest(store, here, short, [latest]);
  await pushManifest(store, there, lone("other"));
  await makeKnown(short);
  expect(await known.manifest(there, latest)).toBeUndefined();
  expect(await known.manifest(there, short.digest)).toBeUndefined();
});

test("a deleted manifest is not found in the cache", async () => {
  await pushManifest(store, here, short, [latest]);
  await makeKnown(short);
  await store.deleteManifest(deletion(here, short.digest));
  expect(await known.manifest(here, latest)).toBeUndefined();
  expect(await known.manifest(here, short.digest)).toBeUndefined();
});

test("the same bytes that are deleted and pushed with another type have the new type at once", async () => {
  const mediaType = "application/vnd.example+json" as MediaType;
  const other = { ...short, manifest: { ...short.manifest, mediaType } };
  for (const content of [short, other, short]) {
    await store.deleteManifest(deletion(here, short.digest));
    await pushManifest(store, here, content, [latest]);
    await makeKnown(content);
    for (const reference of [latest, short.digest])
      expect((await known.manifest(here, reference))?.mediaType).toBe(content.manifest.mediaType);
  }
});

test("LEG-20: schema 1 has the bytes of the last push, although its digest is the same", async () => {
  const { ES256, ES384 } = signingKeys;
  const by = (key: SigningKey) => schema1Of(signedManifestOf("team/app", "latest", [], { keys: [key] }));
  const [first, second] = [by(ES256), by(ES384)];
  const digests = { first: digestOf(first.bytes), second: digestOf(second.bytes) };
  await tryPush(store, here, first, [latest], { signed: { digest: digests.first, mergedWith: undefined } });
  await makeKnown(first);
  // Merging happens before the call of the store; here the second push replaces the first.
  await tryPush(store, here, second, [latest], { signed: { digest: digests.second, mergedWith: digests.first } });
  for (let times = 0; times < 3; times += 1) {
    const { bytes, size } = (await known.manifest(here, latest))!;
    expect([digestOf(bytes), size]).toEqual([digests.second, second.bytes.length]);
  }
});

function schema1Of({ document, digest: of }: SignedManifest): Document {
  const manifest = { mediaType: mediaTypes.dockerSchema1Signed, blobs: [], manifests: [] };
  return { digest: of, bytes: document, manifest };
}

test("a tag that moves between the read of the record and of the bytes is found, even if its old target is deleted", async () => {
  const next = lone("next");
  await pushManifest(store, here, long, [latest]);
  const moving = new ManifestCache({
    store: beforeBytes(async () => {
      await pushManifest(store, here, next, [latest]);
      await store.deleteManifest(deletion(here, long.digest));
    }),
  });
  expect((await moving.manifest(here, latest))?.bytes).toEqual(next.bytes);
});

/** A store that calls `happens` before it reads the bytes of a large manifest. */
function beforeBytes(happens: () => Promise<void>): MetadataStore {
  const wanted = detour(store);
  wanted.once("manifestByTag", async (...asked) => {
    const found = await store.manifestByTag(...asked);
    await happens();
    return found;
  });
  return wanted.object;
}

test("I5 damaged bytes are never returned or cached", async () => {
  for (const content of [short, long]) {
    await pushManifest(store, here, content, [latest]);
    damage(content);
    for (const reference of [latest, content.digest]) {
      for (const time of ["first", "second", "third"]) {
        const fault = await rejectionOf(Promise.resolve(known.manifest(here, reference)));
        expect([time, String(fault)]).toEqual([time, `Error: the stored bytes of ${content.digest} are damaged`]);
      }
    }
    await pushManifest(store, here, content, [latest]);
    await makeKnown(content);
  }
});

test("an admitted manifest is marked and returned again; others are not", async () => {
  await pushManifest(store, here, short, [latest]);
  const [first, second, third] = [
    await known.manifest(here, latest),
    await known.manifest(here, latest),
    await known.manifest(here, latest),
  ];
  expect([isCached(first!), isCached(second!), third === second]).toEqual([false, true, true]);
});

test("H2 concurrent requests for a large manifest share one read of its bytes", async () => {
  await pushManifest(store, here, long, [latest]);
  const asked = await Promise.all(Array.from({ length: 50 }, async () => known.manifest(here, latest)));
  expect(new Set(asked.map((manifest) => manifest?.bytes)).size).toBe(1);
  expect(reads.filter((bytesUpTo) => bytesUpTo === allBytes)).toHaveLength(1);
});

test("H2 a shared read never returns an older target of the tag", async () => {
  await pushManifest(store, here, long, [latest]);
  const before = known.manifest(here, latest);
  const other = lone("y".repeat(cacheLimits.manifestReadWithRecordBytes));
  await pushManifest(store, here, other, [latest]);
  const after = await Promise.all(Array.from({ length: 5 }, async () => known.manifest(here, latest)));
  for (const manifest of after) expect(manifest?.bytes).toEqual(other.bytes);
  await before;
});
