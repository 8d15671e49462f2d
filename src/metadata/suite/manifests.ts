import { describe, expect, test } from "bun:test";
import { metadataLimits } from "../limits.ts";
import type { MediaType } from "../../oci/media-type.ts";
import { allBytes, type RepeatedPush } from "../store.ts";
import {
  deletion,
  digest,
  hour,
  image,
  index,
  lone,
  manifestDescriptor,
  missingFrom,
  now,
  pinnedUntil,
  pushBlob,
  pushManifest,
  repository,
  standing,
  tag,
  tryPush,
  type CurrentStore,
  type Document,
} from "./content.ts";

const here = repository("team/app");
const there = repository("team/base");
const latest = tag("latest");

/** Tests of manifests. */
export function manifestContract(store: CurrentStore): void {
  describe("manifests", () => {
    readTests(store);
    promiseTests(store);
    missingTests(store);
    foreignTests(store);
    indexTests(store);
    repushTests(store);
    retypingTests(store);
    healingTests(store);
    deletionTests(store);
  });
}

async function pushImage(store: CurrentStore, name = here, layer = "layer"): Promise<Document> {
  const manifest = image([await pushBlob(store(), name, "{}"), await pushBlob(store(), name, layer)]);
  await pushManifest(store(), name, manifest);
  return manifest;
}

function readTests(store: CurrentStore): void {
  test("MAN-01, MPUT-02: a manifest is read back exactly, by digest and by tag", async () => {
    const content = lone("first");
    await pushManifest(store(), here, content, [latest]);
    const { digest: of, bytes, manifest } = content;
    const record = { digest: of, mediaType: manifest.mediaType, size: bytes.length, pinnedUntil };
    const whole = { ...record, stored: { bytes, digest: of } };
    for (const upTo of [bytes.length, allBytes]) {
      expect(await store().manifestByDigest(here, of, upTo)).toEqual(whole);
      expect(await store().manifestByTag(here, latest, upTo)).toEqual(whole);
    }
    expect(await store().manifestByDigest(here, of, bytes.length - 1)).toEqual(record);
    expect(await store().manifestByTag(here, latest, bytes.length - 1)).toEqual(record);
    expect(await store().manifestByDigest(here, of)).toEqual(record);
    expect(await store().manifestByTag(here, latest)).toEqual(record);
    expect(await store().repositoryExists(here)).toBe(true);
  });

  test("a manifest is visible only in its repository, and a tag only where it was set", async () => {
    const content = lone("first");
    await pushManifest(store(), here, content, [latest]);
    await pushManifest(store(), there, lone("second"));
    for (const name of [there, repository("team/none")]) {
      expect(await store().manifestByDigest(name, content.digest)).toBeUndefined();
      expect(await store().manifestByTag(name, latest)).toBeUndefined();
    }
  });

  test("one push may set several tags, or none", async () => {
    const [tagged, untagged] = [lone("tagged"), lone("untagged")];
    await pushManifest(store(), here, tagged, [tag("v1"), tag("v1.2"), tag("v1.2.3")]);
    await pushManifest(store(), here, untagged);
    expect(await store().tags(here, { limit: 10 })).toEqual([tag("v1"), tag("v1.2"), tag("v1.2.3")]);
    expect((await store().manifestByTag(here, tag("v1.2")))?.digest).toBe(tagged.digest);
    expect(await store().manifestByDigest(here, untagged.digest)).toBeDefined();
  });

  test("a manifest's pin is only ever extended, and only in its repository", async () => {
    const content = lone("first");
    await pushManifest(store(), here, content);
    await pushManifest(store(), there, content);
    const pin = async (name = here) => (await store().manifestByDigest(name, content.digest))?.pinnedUntil;
    await store().pinManifest(here, content.digest, pinnedUntil + hour);
    expect([await pin(), await pin(there)]).toEqual([pinnedUntil + hour, pinnedUntil]);
    await store().pinManifest(here, content.digest, pinnedUntil);
    expect(await pin()).toBe(pinnedUntil + hour);
    await store().pinManifest(here, digest("no manifest"), pinnedUntil + hour);
    expect(await store().manifestByDigest(here, digest("no manifest"))).toBeUndefined();
  });
}

function promiseTests(store: CurrentStore): void {
  test("a pin reports whether the manifest exists", async () => {
    const content = lone("first");
    expect(await store().pinManifest(here, content.digest, pinnedUntil)).toBe(false);
    await pushManifest(store(), here, content, [latest]);
    await pushManifest(store(), there, lone("second"));
    expect(await store().pinManifest(here, content.digest, pinnedUntil + hour)).toBe(true);
    expect(await store().pinManifest(here, content.digest, pinnedUntil)).toBe(true);
    expect(await store().pinManifest(there, content.digest, pinnedUntil)).toBe(false);
    await store().deleteManifest(deletion(here, content.digest));
    expect(await store().pinManifest(here, content.digest, pinnedUntil + hour)).toBe(false);
    expect(await store().manifestByDigest(here, content.digest)).toBeUndefined();
  });
}

function missingTests(store: CurrentStore): void {
  test("MPUT-11: every missing digest is named once, and nothing is stored", async () => {
    const absent = { digest: digest("absent"), size: 6 };
    const config = { digest: digest("no config"), size: 9 };
    const missing = await missingFrom(store(), here, image([config, absent, absent]));
    expect(missing).toEqual([absent.digest, config.digest].toSorted());
    expect(await store().repositoryExists(here)).toBe(false);
    expect(await store().tags(here, { limit: 10 })).toEqual([]);
  });

  test("a push with missing references leaves the tag unchanged", async () => {
    const before = await pushImage(store);
    await pushManifest(store(), here, before, [latest]);
    const after = image([
      { digest: digest("{}"), size: 2 },
      { digest: digest("absent"), size: 6 },
    ]);
    expect(await tryPush(store(), here, after, [latest, tag("new")])).toEqual({ missing: [digest("absent")] });
    expect((await store().manifestByTag(here, latest))?.digest).toBe(before.digest);
    expect(await store().manifestByDigest(here, after.digest)).toBeUndefined();
    expect(await store().tags(here, { limit: 10 })).toEqual([latest]);
    expect(await store().tagHistory(here, latest, { limit: 10 })).toHaveLength(1);
  });

  test("SPEC-COND-01: a push whose condition is false changes nothing and returns the current digest", async () => {
    const [before, after] = [lone("before"), lone("after")];
    const unless = { target: latest, precondition: { noneMatch: "*" } };
    const replacing = { target: latest, precondition: { match: `"${before.digest}"` } };
    const attempt = (content: Document, condition: typeof unless | typeof replacing) =>
      tryPush(store(), here, content, [latest], { condition });

    expect(await attempt(before, replacing)).toEqual({ unmet: { current: undefined } });
    expect(await store().repositoryExists(here)).toBe(false);
    expect(await attempt(before, unless)).toBe("stored");
    expect(await attempt(after, unless)).toEqual({ unmet: { current: before.digest } });
    expect(await store().manifestByDigest(here, after.digest)).toBeUndefined();
    expect(await attempt(after, replacing)).toBe("stored");
    expect(await attempt(before, replacing)).toEqual({ unmet: { current: after.digest } });
    expect((await store().manifestByTag(here, latest))?.digest).toBe(after.digest);
    expect(await store().tagHistory(here, latest, { limit: 10 })).toHaveLength(2);
  });

  test("a blob that only another repository has, or that is deleted or marked corrupt, is missing", async () => {
    const elsewhere = await pushBlob(store(), there, "elsewhere");
    const deleted = await pushBlob(store(), here, "deleted");
    await store().deleteBlob(deletion(here, deleted.digest));
    const condemned = await pushBlob(store(), here, "condemned");
    await store().markBlobCorrupt(condemned.key);
    const missing = await missingFrom(store(), here, image([elsewhere, deleted, condemned]));
    const expected = [elsewhere.digest, deleted.digest, condemned.digest];
    expect(missing).toEqual(expected.toSorted());
  });
}

function foreignTests(store: CurrentStore): void {
  test("MPUT-12: a foreign layer may be missing", async () => {
    const config = await pushBlob(store(), here, "{}");
    const content = image([config, { digest: digest("elsewhere"), size: 9, foreign: true }]);
    await pushManifest(store(), here, content, [latest]);
    expect((await store().manifestByTag(here, latest))?.digest).toBe(content.digest);
  });

  test("a digest that is foreign in one place and not in another is missing", async () => {
    const config = await pushBlob(store(), here, "{}");
    const layer = { digest: digest("both"), size: 4 };
    const missing = await missingFrom(store(), here, image([config, { ...layer, foreign: true }, layer]));
    expect(missing).toEqual([layer.digest]);
  });

  test("a foreign layer that exists is protected like any other", async () => {
    const [config, layer] = [await pushBlob(store(), here, "{}"), await pushBlob(store(), here, "layer")];
    const content = image([config, { digest: layer.digest, size: layer.size, foreign: true }]);
    await pushManifest(store(), here, content);
    expect(await store().deleteBlob(deletion(here, layer.digest))).toEqual({ referencedBy: content.digest });
  });

  test("a subject need not exist", async () => {
    const subject = manifestDescriptor(lone("not pushed"));
    await pushManifest(store(), here, lone("signature", { subject }));
  });
}

function indexTests(store: CurrentStore): void {
  test("the manifests of an index must be in its repository", async () => {
    const [one, two] = [lone("one"), lone("two")];
    await pushManifest(store(), here, one);
    await pushManifest(store(), there, two);
    const both = index([one, two, two]);
    expect(await tryPush(store(), here, both, [latest])).toEqual({ missing: [two.digest] });
    expect(await store().manifestByTag(here, latest)).toBeUndefined();
    await pushManifest(store(), here, two);
    await pushManifest(store(), here, both, [latest]);
    expect((await store().manifestByTag(here, latest))?.digest).toBe(both.digest);
  });

  test("an index in a repository that does not exist misses all its manifests", async () => {
    const [one, two] = [lone("one"), lone("two")];
    const missing = await missingFrom(store(), here, index([one, two]));
    expect(missing).toEqual([one.digest, two.digest].toSorted());
    expect(await store().repositoryExists(here)).toBe(false);
  });

  test("a manifest cannot be deleted while an index refers to it", async () => {
    const child = lone("child");
    const [inner, outer] = [index([child]), index([child], { annotations: { label: "outer" } })];
    for (const content of [child, inner, outer]) await pushManifest(store(), here, content, [latest]);
    await store().deleteManifest(deletion(here, inner.digest));
    expect(await store().deleteManifest(deletion(here, child.digest))).toEqual({ referencedBy: outer.digest });
    expect(await store().manifestByDigest(here, child.digest)).toBeDefined();
    await store().deleteManifest(deletion(here, outer.digest));
    expect(await store().deleteManifest(deletion(here, child.digest))).toBe("deleted");
  });

  test("a refused deletion leaves the tags unchanged", async () => {
    const child = lone("child");
    await pushManifest(store(), here, child, [latest]);
    await pushManifest(store(), here, index([child]));
    await store().deleteManifest(deletion(here, child.digest));
    expect((await store().manifestByTag(here, latest))?.digest).toBe(child.digest);
    expect(await store().tagHistory(here, latest, { limit: 10 })).toHaveLength(1);
  });

  test("an index of another repository does not prevent a deletion", async () => {
    const child = lone("child");
    await pushManifest(store(), here, child);
    await pushManifest(store(), there, child);
    await pushManifest(store(), there, index([child]));
    expect(await store().deleteManifest(deletion(here, child.digest))).toBe("deleted");
    expect(await store().manifestByDigest(there, child.digest)).toBeDefined();
  });
}

function repushTests(store: CurrentStore): void {
  test("pushing the same manifest again has no visible effect", async () => {
    const content = await pushImage(store);
    await pushManifest(store(), here, content, [latest]);
    const before = await store().manifestByTag(here, latest, allBytes);
    await pushManifest(store(), here, content, [latest], now + hour);
    expect(await store().manifestByTag(here, latest, allBytes)).toEqual(before);
    expect(await store().tagHistory(here, latest, { limit: 10 })).toHaveLength(1);
    expect(await store().deleteManifest(deletion(here, content.digest))).toBe("deleted");
    expect(await store().manifestByDigest(here, content.digest)).toBeUndefined();
  });

  test("M10: a read finds whether a push would change anything", async () => {
    const content = await pushImage(store);
    const other = lone("other");
    await pushManifest(store(), here, content, [latest]);
    await pushManifest(store(), here, other, [tag("other")]);
    const stored = await standing(store(), here, content, [latest]);
    const asked = async (changes: Partial<RepeatedPush>, until = pinnedUntil) =>
      store().isStored({ ...stored, ...changes }, until);
    expect(await asked({})).toBe(true);
    expect(await asked({ tags: [] })).toBe(true);
    expect(await asked({}, pinnedUntil + 1)).toBe(false);
    expect(await asked({ tags: [latest, tag("new")] })).toBe(false);
    expect(await asked({ tags: [tag("other")] })).toBe(false);
    expect(await asked({ bytes: other.bytes })).toBe(false);
    expect(await asked({ repository: there })).toBe(false);
    expect(await asked({ mediaType: "application/other" as MediaType })).toBe(false);
    expect(await asked({ references: { ...stored.references, count: stored.references.count + 1 } })).toBe(false);
    expect(await asked({ digest: digest("nothing") })).toBe(false);
  });

  test("a push extends a pin that ends soon, never shortens a pin, and leaves a longer pin unchanged", async () => {
    const content = lone("first");
    const renewed = now + metadataLimits.pinRenewMs;
    const pushPinned = async (until: number, at = now) => {
      await tryPush(store(), here, content, [], { at, pinnedUntil: until });
      return (await store().manifestByDigest(here, content.digest))?.pinnedUntil;
    };
    expect(await pushPinned(renewed - 1)).toBe(renewed - 1);
    expect(await pushPinned(now)).toBe(renewed - 1);
    expect(await pushPinned(renewed)).toBe(renewed);
    expect(await pushPinned(renewed + hour)).toBe(renewed);
    expect(await pushPinned(renewed + hour, now + 1)).toBe(renewed + hour);
  });

  test("L25: a manifest keeps its media type; a push under another one changes nothing, and returns the stored type", async () => {
    const content = lone("first");
    await pushManifest(store(), here, content, [latest]);
    const { mediaType } = content.manifest;
    const other = "application/vnd.example.list+json" as MediaType;
    const elsewise = { ...content, manifest: { ...content.manifest, mediaType: other } };
    expect(await tryPush(store(), here, elsewise, [latest, tag("new")])).toEqual({ storedAs: mediaType });
    expect((await store().manifestByTag(here, latest))?.mediaType).toBe(mediaType);
    expect(await store().tags(here, { limit: 10 })).toEqual([latest]);
    // Letter case does not change a media type, and the stored spelling stays.
    const shouting = mediaType.toUpperCase() as MediaType;
    const upper = { ...content, manifest: { ...content.manifest, mediaType: shouting } };
    expect(await tryPush(store(), here, upper, [tag("upper")])).toBe("stored");
    expect((await store().manifestByTag(here, tag("upper")))?.mediaType).toBe(mediaType);

    expect(await tryPush(store(), there, elsewise)).toBe("stored");
    await store().deleteManifest(deletion(here, content.digest));
    expect(await tryPush(store(), here, elsewise, [latest])).toBe("stored");
    expect((await store().manifestByTag(here, latest))?.mediaType).toBe(other);
  });
}

function retypingTests(store: CurrentStore): void {
  test("H3: a manifest that is stored under an impossible type gets the type of the next push", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"] as MediaType[]) {
      const content = lone(type);
      const before = { ...content, manifest: { ...content.manifest, mediaType: type } };
      await pushManifest(store(), here, before, [latest]);
      await pushManifest(store(), here, content, [tag("new")]);
      for (const each of [latest, tag("new")]) {
        expect((await store().manifestByTag(here, each))?.mediaType).toBe(content.manifest.mediaType);
      }
      const [event] = await store().tagHistory(here, tag("new"), { limit: 1 });
      expect(event?.mediaType).toBe(content.manifest.mediaType);
    }
  });
}

function healingTests(store: CurrentStore): void {
  test("a push replaces the bytes of the row, because the pushed bytes are verified", async () => {
    const content = lone("first");
    const damaged = { ...content, bytes: content.bytes.with(5, content.bytes[5]! ^ 1) };
    await tryPush(store(), here, damaged, [latest]);
    await pushManifest(store(), here, content);
    expect((await store().manifestByTag(here, latest, allBytes))?.stored?.bytes).toEqual(content.bytes);
    expect((await store().manifestByDigest(here, content.digest, allBytes))?.stored?.bytes).toEqual(content.bytes);
  });
}

function deletionTests(store: CurrentStore): void {
  test("MDEL-03: a missing manifest is unknown", async () => {
    const content = lone("first");
    expect(await store().deleteManifest(deletion(here, content.digest))).toBe("unknown");
    await pushManifest(store(), here, content, [latest]);
    await pushManifest(store(), there, lone("second"));
    expect(await store().deleteManifest(deletion(there, content.digest))).toBe("unknown");
    expect((await store().manifestByTag(here, latest))?.digest).toBe(content.digest);
  });

  test("MDEL-01: a manifest is deleted with all its tags and no others, and their history says so", async () => {
    const [gone, kept] = [lone("gone"), lone("kept")];
    await pushManifest(store(), here, gone, [tag("a"), tag("b")]);
    await pushManifest(store(), here, kept, [tag("c")]);
    expect(await store().deleteManifest(deletion(here, gone.digest, now + hour))).toBe("deleted");
    expect(await store().manifestByDigest(here, gone.digest)).toBeUndefined();
    expect(await store().manifestByTag(here, tag("a"))).toBeUndefined();
    expect(await store().tags(here, { limit: 10 })).toEqual([tag("c")]);
    for (const name of [tag("a"), tag("b")]) {
      expect(await store().tagHistory(here, name, { limit: 10 })).toMatchObject([
        { from: gone.digest, to: null, at: now + hour },
        { from: null, to: gone.digest, at: now },
      ]);
    }
    expect(await store().deleteManifest(deletion(here, gone.digest))).toBe("unknown");
  });

  test("a deleted manifest can be pushed again", async () => {
    const content = await pushImage(store);
    await pushManifest(store(), here, content, [latest]);
    await store().deleteManifest(deletion(here, content.digest));
    await pushManifest(store(), here, content, [latest]);
    expect((await store().manifestByTag(here, latest, allBytes))?.stored?.bytes).toEqual(content.bytes);
    const layer = content.manifest.blobs[1]!;
    expect(await store().deleteBlob(deletion(here, layer.digest))).toEqual({ referencedBy: content.digest });
  });

  test("blobs survive the manifest that used them", async () => {
    const content = await pushImage(store);
    await store().deleteManifest(deletion(here, content.digest));
    for (const { digest: of } of content.manifest.blobs) expect(await store().blob(here, of)).toBeDefined();
  });
}
