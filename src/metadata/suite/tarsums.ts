import { describe, expect, test } from "bun:test";
import {
  deletion,
  digest,
  hour,
  image,
  now,
  pinnedUntil,
  pushBlob,
  received,
  repository,
  tarsumOf,
  tryPush,
  type CurrentStore,
} from "./content.ts";
import { digestOf } from "../../oci/digest.ts";

const here = repository("team/app");
const there = repository("team/base");
const tarsum = tarsumOf("files");

/** Tests of tarsums. */
export function tarsumContract(store: CurrentStore): void {
  describe("tarsums", () => {
    nameTests(store);
    repositoryTests(store);
    deletionTests(store);
    referenceTests(store);
  });
}

/** Commits a blob under its own digest and these tarsums. */
async function push(store: CurrentStore, text: string, tarsums = [tarsum], name = here) {
  const blob = await received(store(), name, text, { aliases: tarsums });
  expect(await store().commitBlob(blob)).toEqual({ surplus: null });
  return blob;
}

function nameTests(store: CurrentStore): void {
  test("UP-49: a blob is found by its digest and by each of its tarsums, and returned with its digest", async () => {
    const older = tarsumOf("files of version 0");
    const { digest: of, key, size } = await push(store, "tar", [tarsum, older]);
    for (const name of [of, tarsum, older]) {
      expect(await store().blob(here, name)).toEqual({ digest: of, key, size, pinnedUntil, createdAt: now });
    }
    expect(await store().blob(here, tarsumOf("other files"))).toBeUndefined();
  });

  test("a tarsum names the bytes that had it first, even if other bytes have it too", async () => {
    const first = await push(store, "tar");
    const second = await push(store, "the same files in another order");
    expect((await store().blob(here, tarsum))?.digest).toBe(first.digest);
    expect((await store().blob(here, second.digest))?.key).toBe(second.key);
  });

  test("a tarsum of damaged bytes names the next bytes that have it, by a push and by a mount", async () => {
    const bad = await push(store, "tar");
    await push(store, "tar of another repository", [tarsum], there);
    await store().markBlobCorrupt(bad.key);
    expect(await store().blob(here, tarsum)).toBeUndefined();
    const good = await push(store, "the same files in another order");
    expect((await store().blob(here, tarsum))?.digest).toBe(good.digest);
    await store().markBlobCorrupt(good.key);
    expect(await store().mountBlob(there, here, tarsum, now, pinnedUntil)).toBe(true);
    expect((await store().blob(here, tarsum))?.digest).toBe(digest("tar of another repository"));
  });

  test("a push of bytes that are already stored adds the tarsum", async () => {
    const plain = await pushBlob(store(), here, "tar");
    const again = await received(store(), here, "tar", { aliases: [tarsum] });
    expect(await store().commitBlob(again)).toEqual({ surplus: again.key });
    expect((await store().blob(here, tarsum))?.key).toBe(plain.key);
  });
}

function repositoryTests(store: CurrentStore): void {
  test("BLOB-07: a tarsum is a name in the repository that it was pushed to, and in no other that has the bytes", async () => {
    const blob = await push(store, "tar");
    await pushBlob(store(), there, "another");
    await store().mountBlob(here, there, blob.digest, now, pinnedUntil);
    expect(await store().blob(there, blob.digest)).toBeDefined();
    expect(await store().blob(there, tarsum)).toBeUndefined();
    expect(await store().blob(repository("team/none"), tarsum)).toBeUndefined();
    expect(await store().repositoriesWith(tarsum, 10)).toEqual([]);
  });

  test("the same tarsum can name other bytes in another repository", async () => {
    const blob = await push(store, "tar");
    const other = await push(store, "the same files in another order", [tarsum], there);
    expect((await store().blob(here, tarsum))?.digest).toBe(blob.digest);
    expect((await store().blob(there, tarsum))?.digest).toBe(other.digest);
  });

  test("a mount by tarsum links the bytes by both names", async () => {
    const blob = await push(store, "tar");
    expect(await store().mountBlob(here, there, tarsum, now, now + 5 * hour)).toBe(true);
    for (const name of [blob.digest, tarsum]) {
      expect(await store().blob(there, name)).toMatchObject({ digest: blob.digest, pinnedUntil: now + 5 * hour });
    }
    expect(await store().mountBlob(here, there, tarsumOf("other files"), now, pinnedUntil)).toBe(false);
  });

  test("a mount by tarsum leaves the tarsum of the target repository unchanged", async () => {
    const blob = await push(store, "tar");
    const other = await push(store, "the same files in another order", [tarsum], there);
    expect(await store().mountBlob(here, there, tarsum, now, pinnedUntil)).toBe(true);
    expect((await store().blob(there, tarsum))?.digest).toBe(other.digest);
    expect(await store().blob(there, blob.digest)).toBeDefined();
  });
}

function deletionTests(store: CurrentStore): void {
  for (const by of ["digest", "tarsum"] as const) {
    test(`BDEL-01: a blob that is deleted by its ${by} is deleted by every name; in another repository it stays`, async () => {
      const older = tarsumOf("files of version 0");
      const blob = await push(store, "tar", [tarsum, older]);
      await store().mountBlob(here, there, tarsum, now, pinnedUntil);
      expect(await store().deleteBlob(deletion(here, by === "digest" ? blob.digest : tarsum))).toBe("deleted");
      for (const name of [blob.digest, tarsum, older]) {
        expect(await store().blob(here, name)).toBeUndefined();
        expect(await store().deleteBlob(deletion(here, name))).toBe("unknown");
      }
      expect((await store().blob(there, tarsum))?.digest).toBe(blob.digest);
    });
  }

  test("BDEL-04: a tarsum does not come back with the bytes alone", async () => {
    const blob = await push(store, "tar");
    await store().deleteBlob(deletion(here, tarsum));
    await store().commitBlob(await received(store(), here, "tar"));
    expect(await store().blob(here, blob.digest)).toBeDefined();
    expect(await store().blob(here, tarsum)).toBeUndefined();
  });

  test("after a deletion a tarsum can name other bytes", async () => {
    await push(store, "tar");
    await store().deleteBlob(deletion(here, tarsum));
    const other = await push(store, "the same files in another order");
    expect((await store().blob(here, tarsum))?.digest).toBe(other.digest);
  });
}

function referenceTests(store: CurrentStore): void {
  const layered = image([
    { digest: digest("{}"), size: 2 },
    { digest: tarsum, size: 3 },
  ]);

  test("a manifest that may name blobs by tarsums protects them; other manifests do not find them", async () => {
    await pushBlob(store(), here, "{}");
    const blob = await push(store, "tar");
    expect(await tryPush(store(), here, layered)).toEqual({ missing: [tarsum] });
    expect(await tryPush(store(), here, layered, [], { byAlias: true })).toBe("stored");
    for (const name of [blob.digest, tarsum]) {
      expect(await store().deleteBlob(deletion(here, name))).toEqual({ referencedBy: layered.digest });
    }
    await store().deleteManifest(deletion(here, layered.digest));
    expect(await store().deleteBlob(deletion(here, tarsum))).toBe("deleted");
  });

  test("a tarsum of another repository is missing, and is reported as it was written", async () => {
    await pushBlob(store(), there, "{}");
    await push(store, "tar");
    expect(await tryPush(store(), there, layered, [], { byAlias: true })).toEqual({ missing: [tarsum] });
  });

  test("a blob that is named by digest and by tarsum is protected once", async () => {
    await pushBlob(store(), here, "{}");
    const blob = await push(store, "tar", [tarsum]);
    const twice = image([
      { digest: digest("{}"), size: 2 },
      { digest: tarsum, size: 3 },
      { digest: blob.digest, size: 3 },
    ]);
    expect(await tryPush(store(), here, twice, [], { byAlias: true })).toBe("stored");
    await store().deleteManifest(deletion(here, twice.digest));
    expect(await store().deleteBlob(deletion(here, blob.digest))).toBe("deleted");
  });

  test("UP-06: with several digests, a tarsum belongs to the first", async () => {
    const other = digestOf(Buffer.from("tar"), "sha512");
    const blob = await received(store(), here, "tar", { otherDigests: [other], aliases: [tarsum] });
    await store().commitBlob(blob);
    expect((await store().blob(here, tarsum))?.digest).toBe(blob.digest);
    await store().deleteBlob(deletion(here, other));
    expect(await store().blob(here, tarsum)).toBeDefined();
  });
}
