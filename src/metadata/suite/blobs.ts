import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { digestOf } from "../../oci/digest.ts";
import {
  deletion,
  digest,
  hour,
  image,
  lone,
  now,
  pinnedUntil,
  pushBlob,
  pushManifest,
  received,
  repository,
  tarsumOf,
  type CurrentStore,
} from "./content.ts";

const here = repository("team/app");
const there = repository("team/base");
const nowhere = repository("team/none");

/** Tests of blobs. */
export function blobContract(store: CurrentStore): void {
  describe("blobs", () => {
    commitTests(store);
    recommitTests(store);
    visibilityTests(store);
    healthTests(store);
    bytesTests(store);
    namingTests(store);
    shortTests(store);
    mountTests(store);
    pinTests(store);
    promiseTests(store);
    deletionTests(store);
  });
}

function commitTests(store: CurrentStore): void {
  test("the first commit names the bytes, creates the repository and ends the upload session", async () => {
    const blob = await received(store(), here, "layer");
    expect(await store().commitBlob(blob)).toEqual({ surplus: null });
    const { digest: of, key, size } = blob;
    expect(await store().blob(here, of)).toEqual({ digest: of, key, size, pinnedUntil, createdAt: now });
    expect(await store().repositoryExists(here)).toBe(true);
    expect(await store().upload(here, blob.upload)).toBeUndefined();
  });

  test("a second copy of a digest is surplus, in the same repository and in another", async () => {
    const first = await pushBlob(store(), here, "layer");
    const again = await received(store(), here, "layer");
    const elsewhere = await received(store(), there, "layer");
    expect(await store().commitBlob(again)).toEqual({ surplus: again.key });
    expect(await store().commitBlob(elsewhere)).toEqual({ surplus: elsewhere.key });
    expect((await store().blob(here, first.digest))?.key).toBe(first.key);
    expect((await store().blob(there, first.digest))?.key).toBe(first.key);
  });

  test("UP-06: bytes with several digests are found by each of them, in the repository they were pushed to", async () => {
    const other = digestOf(Buffer.from("layer"), "sha512");
    const blob = await received(store(), here, "layer", { otherDigests: [other] });
    expect(await store().commitBlob(blob)).toEqual({ surplus: null });
    for (const of of [blob.digest, other]) expect((await store().blob(here, of))?.key).toBe(blob.key);
    expect(await store().blob(there, other)).toBeUndefined();
  });

  test("H5 another digest gets the bytes that were just verified, even if it had other bytes before", async () => {
    const other = digestOf(Buffer.from("layer"), "sha512");
    const before = await received(store(), there, "layer", { digest: other });
    await store().commitBlob(before);
    const first = await received(store(), here, "layer", { otherDigests: [other] });
    expect(await store().commitBlob(first)).toEqual({ surplus: null });
    for (const name of [here, there]) expect((await store().blob(name, other))?.key).toBe(first.key);
    // No digest names the key any more, so another blob can use it.
    const again = await received(store(), here, "another", { key: before.key });
    expect(await store().commitBlob(again)).toEqual({ surplus: null });

    await store().markBlobCorrupt(first.key);
    const healing = await received(store(), here, "layer", { otherDigests: [other] });
    expect(await store().commitBlob(healing)).toEqual({ surplus: first.key });
    expect((await store().blob(there, other))?.key).toBe(healing.key);
  });

  test("the repositories that have a blob are listed, up to a limit", async () => {
    const blob = await pushBlob(store(), here, "layer");
    await pushBlob(store(), there, "layer");
    await pushBlob(store(), repository("team/other"), "something else");
    expect((await store().repositoriesWith(blob.digest, 10)).toSorted()).toEqual([here, there].toSorted());
    expect(await store().repositoriesWith(blob.digest, 1)).toHaveLength(1);
    await store().deleteBlob(deletion(here, blob.digest));
    expect(await store().repositoriesWith(blob.digest, 10)).toEqual([there]);
    expect(await store().repositoriesWith(digestOf(Buffer.from("nobody's")), 10)).toEqual([]);
  });

  test("a commit without its upload session changes nothing", async () => {
    const blob = await received(store(), here, "layer");
    await store().endUpload(blob.upload);
    expect(await store().commitBlob(blob)).toBeUndefined();
    expect(await store().blob(here, blob.digest)).toBeUndefined();
    expect(await store().repositoryExists(here)).toBe(false);
    // The key was not used either: a push that has its session gets it.
    const pushed = await received(store(), here, "layer", { key: blob.key });
    expect(await store().commitBlob(pushed)).toEqual({ surplus: null });
  });

  test("an upload session commits once", async () => {
    const blob = await pushBlob(store(), here, "layer");
    const again = { ...blob, key: "blobs/second", digest: digest("something else") };
    expect(await store().commitBlob(again)).toBeUndefined();
    expect(await store().blob(here, again.digest)).toBeUndefined();
  });

  test("a key names one object: a commit under a used key is refused, and changes nothing", async () => {
    const taken = await pushBlob(store(), here, "layer");
    const blob = await received(store(), there, "another", { key: taken.key });
    expect(await rejectionOf(store().commitBlob(blob))).toBeInstanceOf(Error);
    expect(await store().upload(there, blob.upload)).toBeDefined();
    expect(await store().blob(there, blob.digest)).toBeUndefined();
    expect(await store().repositoryExists(there)).toBe(false);
    expect((await store().blob(here, taken.digest))?.key).toBe(taken.key);
  });
}

function recommitTests(store: CurrentStore): void {
  test("H5 a recommit links the key that the digest has, and ends the session", async () => {
    const first = await pushBlob(store(), here, "layer");
    const again = await received(store(), there, "layer", { key: first.key });
    expect(await store().recommitBlob(again)).toBe(true);
    const record = { digest: first.digest, key: first.key, size: first.size, pinnedUntil, createdAt: now };
    expect(await store().blob(there, first.digest)).toEqual(record);
    expect(await store().upload(there, again.upload)).toBeUndefined();
    expect(await store().recommitBlob(again)).toBeUndefined();
  });

  test("H5 a recommit adds the other digests too", async () => {
    const [other, tarsum] = [digestOf(Buffer.from("layer"), "sha512"), tarsumOf("layer")];
    const first = await pushBlob(store(), here, "layer");
    const names = { key: first.key, otherDigests: [other], aliases: [tarsum] };
    expect(await store().recommitBlob(await received(store(), there, "layer", names))).toBe(true);
    for (const name of [first.digest, other, tarsum]) expect((await store().blob(there, name))?.key).toBe(first.key);
  });

  test("H5 a recommit of a key that the digest does not have, or that is marked corrupt, changes nothing", async () => {
    const first = await pushBlob(store(), here, "layer");
    const second = await pushBlob(store(), here, "another");
    const again = await received(store(), there, "layer", { key: second.key });
    expect(await store().recommitBlob(again)).toBe(false);
    expect(await store().recommitBlob({ ...again, key: "blobs/unheard-of" })).toBe(false);
    expect(await store().recommitBlob({ ...again, digest: digest("never pushed") })).toBe(false);
    await store().markBlobCorrupt(first.key);
    expect(await store().recommitBlob({ ...again, key: first.key })).toBe(false);
    expect(await store().upload(there, again.upload)).toBeDefined();
    expect(await store().repositoryExists(there)).toBe(false);
    expect(await store().commitBlob({ ...again, key: "blobs/fresh" })).toEqual({ surplus: first.key });
  });

  test("UP-29 a recommit without its session, or under another repository's name, changes nothing", async () => {
    const first = await pushBlob(store(), here, "layer");
    const again = await received(store(), there, "layer", { key: first.key });
    expect(await store().recommitBlob({ ...again, repository: nowhere })).toBeUndefined();
    await store().endUpload(again.upload);
    expect(await store().recommitBlob(again)).toBeUndefined();
    for (const name of [there, nowhere]) expect(await store().repositoryExists(name)).toBe(false);
  });
}

function visibilityTests(store: CurrentStore): void {
  test("BLOB-07: a blob is seen only in the repositories that it was pushed to", async () => {
    const blob = await pushBlob(store(), here, "layer");
    await pushBlob(store(), there, "another");
    expect(await store().blob(there, blob.digest)).toBeUndefined();
    expect(await store().blob(nowhere, blob.digest)).toBeUndefined();
    expect(await store().blob(here, digest("never pushed"))).toBeUndefined();
  });

  test("BLOB-14: a blob may be empty", async () => {
    const blob = await pushBlob(store(), here, "");
    expect((await store().blob(here, blob.digest))?.size).toBe(0);
  });
}

function healthTests(store: CurrentStore): void {
  test("a corrupt blob is served in no repository, and a push repairs it in all", async () => {
    const bad = await pushBlob(store(), here, "layer");
    await store().mountBlob(here, there, bad.digest, now, pinnedUntil);
    expect(await store().markBlobCorrupt(bad.key)).toBe(true);
    expect(await store().markBlobCorrupt(bad.key)).toBe(false);
    expect(await store().blob(here, bad.digest)).toBeUndefined();
    expect(await store().blob(there, bad.digest)).toBeUndefined();

    const good = await received(store(), there, "layer");
    expect(await store().commitBlob(good)).toEqual({ surplus: bad.key });
    expect((await store().blob(there, bad.digest))?.key).toBe(good.key);
    expect((await store().blob(here, bad.digest))?.key).toBe(good.key);
  });

  test("marking a replaced or unknown key corrupt affects no blob", async () => {
    const bad = await pushBlob(store(), here, "layer");
    await store().markBlobCorrupt(bad.key);
    const good = await pushBlob(store(), here, "layer");
    expect(await store().markBlobCorrupt(bad.key)).toBe(false);
    expect(await store().markBlobCorrupt("blobs/unheard-of")).toBe(false);
    expect((await store().blob(here, bad.digest))?.key).toBe(good.key);
  });

  test("a repaired blob counts as intact: the next copy is surplus", async () => {
    const bad = await pushBlob(store(), here, "layer");
    await store().markBlobCorrupt(bad.key);
    const good = await pushBlob(store(), here, "layer");
    const third = await received(store(), here, "layer");
    expect(await store().commitBlob(third)).toEqual({ surplus: third.key });
    expect((await store().blob(here, bad.digest))?.key).toBe(good.key);
  });
}

function bytesTests(store: CurrentStore): void {
  test("the bytes of a digest are found in any repository, unless they are marked corrupt", async () => {
    expect(await store().bytesOf(digest("layer"))).toBeUndefined();
    const { digest: of, key, size } = await pushBlob(store(), here, "layer");
    expect(await store().bytesOf(of)).toEqual({ key, size });
    await store().markBlobCorrupt(key);
    expect(await store().bytesOf(of)).toBeUndefined();
    const good = await pushBlob(store(), there, "layer");
    expect(await store().bytesOf(of)).toEqual({ key: good.key, size });
  });
}

function namingTests(store: CurrentStore): void {
  test("M17 keys without a blob are distinguished from keys of blobs", async () => {
    const [first, second] = [await pushBlob(store(), here, "layer"), await pushBlob(store(), there, "another")];
    await store().markBlobCorrupt(second.key);
    const keys = ["blobs/none", first.key, "blobs/neither", second.key];
    expect((await store().unnamedKeys(keys)).toSorted()).toEqual(["blobs/neither", "blobs/none"]);
    expect(await store().unnamedKeys([])).toEqual([]);
    await pushBlob(store(), here, "another");
    expect(await store().unnamedKeys([first.key, second.key])).toEqual([second.key]);
  });
}

function shortTests(store: CurrentStore): void {
  const kept = { bytes: new Uint8Array(Buffer.from("short")) };

  test("the bytes of an inline blob are stored under its key, and those of other blobs are not", async () => {
    const short = await received(store(), here, "short", kept);
    expect(await store().inlineBytes(short.key)).toBeUndefined();
    expect(await store().commitBlob(short)).toEqual({ surplus: null });
    expect(await store().inlineBytes(short.key)).toEqual(kept.bytes);
    const empty = await received(store(), here, "", { bytes: new Uint8Array() });
    await store().commitBlob(empty);
    expect(await store().inlineBytes(empty.key)).toEqual(new Uint8Array());
    expect(await store().inlineBytes((await pushBlob(store(), here, "layer")).key)).toBeUndefined();
  });

  test("a second copy of an inline blob is surplus, and is not stored", async () => {
    const first = await received(store(), here, "short", kept);
    await store().commitBlob(first);
    const again = await received(store(), there, "short", kept);
    expect(await store().commitBlob(again)).toEqual({ surplus: again.key });
    expect(await store().inlineBytes(again.key)).toBeUndefined();
    expect(await store().inlineBytes(first.key)).toEqual(kept.bytes);
  });

  test("a push may repair an inline blob with bytes in the driver, and the other way round", async () => {
    const keys: string[] = [];
    for (const changes of [kept, undefined, kept, kept]) {
      const blob = await received(store(), here, "short", changes);
      expect(await store().commitBlob(blob)).toEqual({ surplus: keys.at(-1) ?? null });
      expect(await store().inlineBytes(blob.key)).toEqual(changes?.bytes);
      for (const old of keys) expect(await store().inlineBytes(old)).toBeUndefined();
      keys.push(blob.key);
      await store().markBlobCorrupt(blob.key);
    }
  });
}

function mountTests(store: CurrentStore): void {
  test("a mount links the same bytes into the other repository", async () => {
    const blob = await pushBlob(store(), here, "layer");
    expect(await store().mountBlob(here, there, blob.digest, now + hour, now + 5 * hour)).toBe(true);
    const { digest: of, key, size } = blob;
    const mounted = { digest: of, key, size, pinnedUntil: now + 5 * hour, createdAt: now + hour };
    expect(await store().blob(there, blob.digest)).toEqual(mounted);
    expect(await store().blob(here, blob.digest)).toEqual({ ...mounted, pinnedUntil, createdAt: now });
    expect(await store().repositoryExists(there)).toBe(true);
  });

  test("a mount from a repository that does not have the blob changes nothing", async () => {
    const blob = await pushBlob(store(), here, "layer");
    await pushBlob(store(), there, "another");
    const target = repository("team/target");
    expect(await store().mountBlob(there, target, blob.digest, now, pinnedUntil)).toBe(false);
    expect(await store().mountBlob(nowhere, target, blob.digest, now, pinnedUntil)).toBe(false);
    expect(await store().mountBlob(here, target, digest("never pushed"), now, pinnedUntil)).toBe(false);
    await store().markBlobCorrupt(blob.key);
    expect(await store().mountBlob(here, target, blob.digest, now, pinnedUntil)).toBe(false);
    expect(await store().repositoryExists(target)).toBe(false);
  });

  test("a blob that was deleted from a repository cannot be mounted from it", async () => {
    const blob = await pushBlob(store(), here, "layer");
    await store().deleteBlob(deletion(here, blob.digest));
    expect(await store().mountBlob(here, there, blob.digest, now, pinnedUntil)).toBe(false);
    expect(await store().blob(there, blob.digest)).toBeUndefined();
  });
}

function pinTests(store: CurrentStore): void {
  test("a pin is only ever extended: by another pin, by a mount and by a push", async () => {
    const blob = await pushBlob(store(), here, "layer");
    const pin = async () => (await store().blob(here, blob.digest))?.pinnedUntil;
    await store().pinBlob(here, blob.digest, pinnedUntil + hour);
    expect(await pin()).toBe(pinnedUntil + hour);
    await store().pinBlob(here, blob.digest, pinnedUntil);
    expect(await pin()).toBe(pinnedUntil + hour);
    await store().mountBlob(here, here, blob.digest, now, pinnedUntil);
    expect(await pin()).toBe(pinnedUntil + hour);
    await pushBlob(store(), here, "layer");
    expect(await pin()).toBe(pinnedUntil + hour);
    await store().mountBlob(here, here, blob.digest, now, pinnedUntil + 2 * hour);
    expect(await pin()).toBe(pinnedUntil + 2 * hour);
    await store().commitBlob(await received(store(), here, "layer", { pinnedUntil: pinnedUntil + 3 * hour }));
    expect(await pin()).toBe(pinnedUntil + 3 * hour);
  });

  test("a pin is valid only in its repository, and does not link the blob to another", async () => {
    const blob = await pushBlob(store(), here, "layer");
    await store().mountBlob(here, there, blob.digest, now, pinnedUntil);
    await store().pinBlob(here, blob.digest, pinnedUntil + hour);
    expect((await store().blob(there, blob.digest))?.pinnedUntil).toBe(pinnedUntil);
    await pushManifest(store(), nowhere, lone("makes the repository"));
    await store().pinBlob(nowhere, blob.digest, pinnedUntil + hour);
    expect(await store().blob(nowhere, blob.digest)).toBeUndefined();
  });
}

function promiseTests(store: CurrentStore): void {
  test("a pin reports whether the blob exists", async () => {
    const blob = await pushBlob(store(), here, "layer");
    expect(await store().pinBlob(here, blob.digest, pinnedUntil + hour)).toBe(true);
    // A longer pin stays, and the answer is still true.
    expect(await store().pinBlob(here, blob.digest, pinnedUntil)).toBe(true);
    await pushBlob(store(), there, "another");
    expect(await store().pinBlob(there, blob.digest, pinnedUntil)).toBe(false);
    expect(await store().pinBlob(nowhere, blob.digest, pinnedUntil)).toBe(false);
    await store().deleteBlob(deletion(here, blob.digest));
    expect(await store().pinBlob(here, blob.digest, pinnedUntil + hour)).toBe(false);
    expect(await store().blob(here, blob.digest)).toBeUndefined();
  });
}

function deletionTests(store: CurrentStore): void {
  test("BDEL-02: a blob that a repository does not have is unknown to it", async () => {
    const blob = await pushBlob(store(), here, "layer");
    await pushBlob(store(), there, "another");
    expect(await store().deleteBlob(deletion(nowhere, blob.digest))).toBe("unknown");
    expect(await store().deleteBlob(deletion(there, blob.digest))).toBe("unknown");
    expect(await store().deleteBlob(deletion(here, digest("never pushed")))).toBe("unknown");
    expect(await store().blob(here, blob.digest)).toBeDefined();
  });

  test("BDEL-01, BDEL-03: a deleted blob is gone from its repository at once, and from no other", async () => {
    const blob = await pushBlob(store(), here, "layer");
    await store().mountBlob(here, there, blob.digest, now, pinnedUntil);
    expect(await store().deleteBlob(deletion(here, blob.digest))).toBe("deleted");
    expect(await store().blob(here, blob.digest)).toBeUndefined();
    expect(await store().blob(there, blob.digest)).toBeDefined();
    expect(await store().deleteBlob(deletion(here, blob.digest))).toBe("unknown");
  });

  test("a blob that a manifest refers to cannot be deleted before the manifest", async () => {
    const [config, layer] = [await pushBlob(store(), here, "{}"), await pushBlob(store(), here, "layer")];
    const manifest = image([config, layer]);
    await pushManifest(store(), here, manifest);
    for (const blob of [config, layer]) {
      expect(await store().deleteBlob(deletion(here, blob.digest))).toEqual({ referencedBy: manifest.digest });
      expect(await store().blob(here, blob.digest)).toBeDefined();
    }
    await store().deleteManifest(deletion(here, manifest.digest));
    expect(await store().deleteBlob(deletion(here, layer.digest))).toBe("deleted");
  });

  test("a manifest of another repository does not prevent the deletion of a blob", async () => {
    const blob = await pushBlob(store(), here, "{}");
    await store().mountBlob(here, there, blob.digest, now, pinnedUntil);
    await pushManifest(store(), there, image([blob]));
    expect(await store().deleteBlob(deletion(here, blob.digest))).toBe("deleted");
  });

  test("BDEL-04: a deleted blob can be pushed again at once", async () => {
    const blob = await pushBlob(store(), here, "layer");
    await store().deleteBlob(deletion(here, blob.digest));
    const again = await received(store(), here, "layer");
    const committed = await store().commitBlob(again);
    const record = await store().blob(here, blob.digest);
    expect([blob.key, again.key]).toContain(record!.key);
    expect(committed?.surplus).not.toBe(record!.key);
    expect(await store().deleteBlob(deletion(here, blob.digest))).toBe("deleted");
  });
}
