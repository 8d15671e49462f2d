import { describe, expect, test } from "bun:test";
import {
  deletion,
  hour,
  lone,
  now,
  pushBlob,
  pushManifest,
  repository,
  tag,
  type CurrentStore,
  type Document,
} from "./content.ts";
import type { Precondition } from "../../oci/precondition.ts";
import type { TagEvent } from "../store.ts";

const here = repository("team/app");
const there = repository("team/base");
const latest = tag("latest");

/** Tests of tags. */
export function tagContract(store: CurrentStore): void {
  describe("tags", () => {
    moveTests(store);
    deletionTests(store);
    tagListTests(store);
  });
  describe("repositories", () => catalogTests(store));
}

function withoutId({ from, to, mediaType, size, at }: TagEvent) {
  return { from, to, mediaType, size, at };
}

/** An event without its time and id. */
function moved(from: Document | null, to: Document | null) {
  const { manifest, bytes } = (to ?? from)!;
  const digests = { from: from?.digest ?? null, to: to?.digest ?? null };
  return { ...digests, mediaType: manifest.mediaType, size: bytes.length };
}

function moveTests(store: CurrentStore): void {
  test("a tag moves with each push, and its history lists the moves, newest first", async () => {
    const [one, two] = [lone("one"), lone("two")];
    await pushManifest(store(), here, one, [latest], now);
    await pushManifest(store(), here, two, [latest], now + hour);
    await pushManifest(store(), here, one, [latest], now + 2 * hour);
    expect((await store().manifestByTag(here, latest))?.digest).toBe(one.digest);
    const events = [
      { ...moved(two, one), at: now + 2 * hour },
      { ...moved(one, two), at: now + hour },
      { ...moved(null, one), at: now },
    ];
    const history = await store().tagHistory(here, latest, { limit: 10 });
    expect(history.map(withoutId)).toEqual(events);
    expect(await store().tagHistory(here, latest, { limit: 2 })).toEqual(history.slice(0, 2));
    expect(await store().tagHistory(here, latest, { limit: 0 })).toEqual([]);
  });

  test("a part of a tag's history is selected by time or by the event before it", async () => {
    for (const [index, label] of ["one", "two", "three", "four"].entries()) {
      // The two events in the middle happen at the same time.
      await pushManifest(store(), here, lone(label), [latest], now + [0, 1, 1, 2][index]! * hour);
    }
    const all = await store().tagHistory(here, latest, { limit: 10 });
    const part = (page: object) => store().tagHistory(here, latest, { limit: 10, ...page });
    expect(all).toHaveLength(4);
    expect(await part({ since: now })).toEqual(all.slice(0, 3));
    expect(await part({ since: now + 2 * hour })).toEqual([]);
    expect(await part({ before: { at: now + 2 * hour, id: 0 } })).toEqual(all.slice(1));
    expect(await part({ before: { at: now + hour, id: 0 } })).toEqual(all.slice(3));
    expect(await part({ before: all[1]! })).toEqual(all.slice(2));
    expect(await part({ before: all[1]!, limit: 1 })).toEqual(all.slice(2, 3));
    expect(await part({ before: all[0]!, since: now })).toEqual(all.slice(1, 3));
  });

  test("the history describes the target of a tag even when the manifest is gone", async () => {
    const content = lone("gone");
    await pushManifest(store(), here, content, [latest], now);
    await store().deleteManifest(deletion(here, content.digest, now + hour));
    const history = await store().tagHistory(here, latest, { limit: 10 });
    expect(history.map(withoutId)).toEqual([
      { ...moved(content, null), at: now + hour },
      { ...moved(null, content), at: now },
    ]);
  });

  test("events with the same time stay in the order in which they happened", async () => {
    const contents = ["one", "two", "three"].map((label) => lone(label));
    for (const content of contents) await pushManifest(store(), here, content, [latest], now);
    const newest = (await store().tagHistory(here, latest, { limit: 10 })).map((event) => event.to);
    expect(newest).toEqual(contents.map((content) => content.digest).toReversed());
  });

  test("L27: if the clock was set back, the newest event still says what the tag points to", async () => {
    const [one, two, three] = ["one", "two", "three"].map((label) => lone(label)) as [Document, Document, Document];
    await pushManifest(store(), here, one, [latest], now + 2 * hour);
    await pushManifest(store(), here, two, [latest], now);
    await store().deleteTag(here, latest, now + hour);
    await pushManifest(store(), here, three, [latest], now + 3 * hour);
    const all = await store().tagHistory(here, latest, { limit: 10 });
    expect(all.map(withoutId)).toEqual([
      { ...moved(null, three), at: now + 3 * hour },
      { ...moved(two, null), at: now + 2 * hour },
      { ...moved(one, two), at: now + 2 * hour },
      { ...moved(null, one), at: now + 2 * hour },
    ]);
    // Pages of one event give the same history.
    const paged = [];
    for (let before: TagEvent | undefined; paged.length < all.length; before = paged.at(-1)) {
      paged.push(...(await store().tagHistory(here, latest, { limit: 1, before })));
    }
    expect(paged).toEqual(all);
    // Other tags have their own times.
    await pushManifest(store(), here, one, [tag("other")], now);
    expect((await store().tagHistory(here, tag("other"), { limit: 1 }))[0]?.at).toBe(now);
  });

  test("TAG-01: tags that differ in case are different tags", async () => {
    const [lower, upper] = [lone("lower"), lone("upper")];
    await pushManifest(store(), here, lower, [tag("v1")]);
    await pushManifest(store(), here, upper, [tag("V1")]);
    expect((await store().manifestByTag(here, tag("v1")))?.digest).toBe(lower.digest);
    expect((await store().manifestByTag(here, tag("V1")))?.digest).toBe(upper.digest);
  });

  test("a tag and its history belong to one repository", async () => {
    await pushManifest(store(), here, lone("one"), [latest]);
    await pushManifest(store(), there, lone("two"), [tag("other")]);
    expect(await store().tagHistory(there, latest, { limit: 10 })).toEqual([]);
    expect(await store().tags(there, { limit: 10 })).toEqual([tag("other")]);
  });
}

function deletionTests(store: CurrentStore): void {
  test("MDEL-02: deleting a tag removes only the tag, and its history says so", async () => {
    const content = lone("one");
    await pushManifest(store(), here, content, [latest, tag("v1")]);
    expect(await store().deleteTag(here, latest, now + hour)).toBe("deleted");
    expect(await store().manifestByTag(here, latest)).toBeUndefined();
    expect((await store().manifestByTag(here, tag("v1")))?.digest).toBe(content.digest);
    expect(await store().manifestByDigest(here, content.digest)).toBeDefined();
    const [newest] = await store().tagHistory(here, latest, { limit: 1 });
    expect(newest).toMatchObject({ ...moved(content, null), at: now + hour });
  });

  test("SPEC-COND-01: a tag is not deleted if its condition is false; the answer has its current digest", async () => {
    const [one, two] = [lone("one"), lone("two")];
    await pushManifest(store(), here, one, [latest]);
    const unmet = { unmet: { current: one.digest } };
    const ask = (condition: Precondition) => store().deleteTag(here, latest, now, condition);
    expect(await ask({ match: `"${two.digest}"` })).toEqual(unmet);
    expect(await ask({ noneMatch: `"${one.digest}"` })).toEqual(unmet);
    expect(await ask({ noneMatch: "*" })).toEqual(unmet);
    expect((await store().manifestByTag(here, latest))?.digest).toBe(one.digest);
    expect(await ask({ match: `"${one.digest}"`, noneMatch: `"${two.digest}"` })).toBe("deleted");
    expect(await ask({ match: "*" })).toBe("unknown");
  });

  test("deleting a missing tag changes nothing and leaves no event", async () => {
    expect(await store().deleteTag(here, latest, now)).toBe("unknown");
    expect(await store().repositoryExists(here)).toBe(false);
    await pushManifest(store(), here, lone("one"), [tag("v1")]);
    expect(await store().deleteTag(here, latest, now)).toBe("unknown");
    expect(await store().tagHistory(here, latest, { limit: 10 })).toEqual([]);
    expect(await store().tags(here, { limit: 10 })).toEqual([tag("v1")]);
  });

  test("a deleted tag can be set again, from no earlier target", async () => {
    const content = lone("one");
    await pushManifest(store(), here, content, [latest]);
    await store().deleteTag(here, latest, now);
    await pushManifest(store(), here, content, [latest]);
    const moves = (await store().tagHistory(here, latest, { limit: 10 })).map(({ from, to }) => [from, to]);
    expect(moves).toEqual([
      [null, content.digest],
      [content.digest, null],
      [null, content.digest],
    ]);
  });
}

function tagListTests(store: CurrentStore): void {
  test("tags are listed in byte order: digits, upper case, underscore, lower case", async () => {
    const ordered = ["1.0", "10", "2", "A", "B", "Z", "_", "a", "a-b", "a.b", "ab", "b"].map(tag);
    await pushManifest(store(), here, lone("one"), ordered.toReversed());
    const page = (after: string | undefined, limit: number) => store().tags(here, { after, limit });
    expect(await page(undefined, 100)).toEqual(ordered);
    expect(await page(undefined, 3)).toEqual(ordered.slice(0, 3));
    expect(await page("2", 3)).toEqual(ordered.slice(3, 6));
    // This tag does not exist: the page begins after its position.
    expect(await page("Y", 2)).toEqual(ordered.slice(5, 7));
    expect(await page("b", 10)).toEqual([]);
    expect(await page(undefined, 0)).toEqual([]);
    expect(await page("2", 0)).toEqual([]);
  });

  test("a repository without tags, or a missing repository, has no tags to list", async () => {
    expect(await store().tags(here, { limit: 10 })).toEqual([]);
    await pushManifest(store(), here, lone("one"));
    expect(await store().tags(here, { limit: 10 })).toEqual([]);
  });
}

function catalogTests(store: CurrentStore): void {
  test("repositories are listed in byte order", async () => {
    const ordered = ["a", "a-b", "a.b", "a/b", "a0", "a_b", "aa", "b", "b/a/c"].map(repository);
    for (const name of ordered.toReversed()) await pushManifest(store(), name, lone("one"));
    const open = store();
    const page = (after: string | undefined, limit: number) => open.repositories({ after, limit });
    expect(await page(undefined, 100)).toEqual(ordered);
    expect(await page(undefined, 2)).toEqual(ordered.slice(0, 2));
    expect(await page("a-b", 3)).toEqual(ordered.slice(2, 5));
    expect(await page("a1", 2)).toEqual(ordered.slice(5, 7));
    expect(await page("b/a/c", 10)).toEqual([]);
    expect(await page(undefined, 0)).toEqual([]);
  });

  test("a repository begins with its first blob, its first mount or its first manifest", async () => {
    expect(await store().repositories({ limit: 10 })).toEqual([]);
    const [pushed, mounted, manifest] = ["pushed", "mounted", "with-manifest"].map(repository);
    const blob = await pushBlob(store(), pushed!, "bytes");
    await store().mountBlob(pushed!, mounted!, blob.digest, now, now);
    await pushManifest(store(), manifest!, lone("one"));
    expect(await store().repositories({ limit: 10 })).toEqual([mounted!, pushed!, manifest!]);
    expect(await store().repositoryExists(mounted!)).toBe(true);
    expect(await store().repositoryExists(repository("push"))).toBe(false);
  });

  test("a repository leaves the catalogue with its last manifest, and comes back with the next push", async () => {
    const [blob, other] = [await pushBlob(store(), here, "layer"), lone("other")];
    for (const content of [lone("one"), other]) await pushManifest(store(), here, content, [latest]);
    await pushManifest(store(), there, lone("one"));
    const listed = () => store().repositories({ limit: 10 });
    await store().deleteManifest(deletion(here, lone("one").digest));
    expect(await listed()).toEqual([here, there]);
    await store().deleteTag(here, latest, now);
    expect(await listed()).toEqual([here, there]);
    await store().deleteManifest(deletion(here, other.digest));
    expect(await listed()).toEqual([there]);
    // The rest of the repository is unchanged.
    expect(await store().repositoryExists(here)).toBe(true);
    expect(await store().blob(here, blob.digest)).toBeDefined();
    expect(await store().tagHistory(here, latest, { limit: 10 })).toHaveLength(3);
    const ways = [
      () => pushBlob(store(), here, "next"),
      () => store().mountBlob(here, here, blob.digest, now, now),
      () => pushManifest(store(), here, other),
    ];
    for (const push of ways) {
      await push();
      expect(await listed()).toEqual([here, there]);
      await pushManifest(store(), here, other);
      await store().deleteManifest(deletion(here, other.digest));
      expect(await listed()).toEqual([there]);
    }
  });

  test("a repository that never had a manifest leaves the catalogue with its last blob", async () => {
    const blobs = [await pushBlob(store(), here, "one"), await pushBlob(store(), here, "two")];
    const listed = () => store().repositories({ limit: 10 });
    await store().deleteBlob(deletion(here, blobs[0]!.digest));
    expect(await listed()).toEqual([here]);
    await store().deleteBlob(deletion(here, blobs[1]!.digest));
    expect(await listed()).toEqual([]);
    await pushManifest(store(), here, lone("one"));
    const last = await pushBlob(store(), here, "last");
    await store().deleteBlob(deletion(here, last.digest));
    expect(await listed()).toEqual([here]);
  });
}
