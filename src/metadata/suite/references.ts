/** Tests of the references of a manifest: how they are looked up and protected. */
import { describe, expect, test } from "bun:test";
import { metadataLimits } from "../limits.ts";
import type { MetadataStore } from "../store.ts";
import { type Digest } from "../../oci/digest.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import { packReferences } from "../../oci/packed-manifest.ts";
import {
  deletion,
  digest,
  image,
  index,
  lone,
  lookUp,
  now,
  pushBlob,
  pushManifest,
  pushSparse,
  put,
  received,
  repository,
  tag,
  tryPush,
  type CurrentStore,
  type Document,
} from "./content.ts";

const here = repository("team/app");
const there = repository("team/base");
const latest = tag("latest");

/** Tests of references. */
export function referenceContract(store: CurrentStore): void {
  describe("references", () => {
    kindTests(store);
    sizeTests(store);
    fileTests(store);
    transactionTests(store);
    goneTests(store);
    manyTests(store);
    sparseTests(store);
  });
}

/** Builds an index of any content that has a digest and a size, also of blobs. */
function indexOf(entries: readonly { readonly digest: Digest; readonly size: number }[]): Document {
  const mediaType = mediaTypes.octets;
  return index([], { manifests: entries.map(({ digest: of, size }) => ({ mediaType, digest: of, size })) });
}

const asLayer = ({ digest: of, bytes }: Document) => ({ digest: of, size: bytes.length });

function kindTests(store: CurrentStore): void {
  test("reports 1: an index may refer to blobs and manifests, and protects both", async () => {
    const layer = await pushBlob(store(), here, "layer");
    const child = lone("child");
    await pushManifest(store(), here, child);
    const both = indexOf([layer, asLayer(child)]);
    await pushManifest(store(), here, both, [latest]);
    expect(await store().deleteBlob(deletion(here, layer.digest))).toEqual({ referencedBy: both.digest });
    expect(await store().deleteManifest(deletion(here, child.digest))).toEqual({ referencedBy: both.digest });
    await store().deleteManifest(deletion(here, both.digest));
    expect(await store().deleteBlob(deletion(here, layer.digest))).toBe("deleted");
    expect(await store().deleteManifest(deletion(here, child.digest))).toBe("deleted");
  });

  test("reports 1: a layer or a configuration may exist as a manifest only, and is protected", async () => {
    const [config, layer] = [lone("config"), lone("layer")];
    for (const content of [config, layer]) await pushManifest(store(), here, content);
    const content = image([asLayer(config), asLayer(layer)]);
    await pushManifest(store(), here, content);
    for (const { digest: of } of [config, layer]) {
      expect(await store().deleteManifest(deletion(here, of))).toEqual({ referencedBy: content.digest });
    }
  });

  test("reports 1: content that exists as a blob and as a manifest is protected as both", async () => {
    const twice = lone("twice");
    await pushManifest(store(), here, twice);
    await pushBlob(store(), here, Buffer.from(twice.bytes).toString());
    const config = await pushBlob(store(), here, "{}");
    for (const content of [indexOf([asLayer(twice)]), image([config, asLayer(twice)])]) {
      await pushManifest(store(), here, content);
      expect(await store().deleteBlob(deletion(here, twice.digest))).toEqual({ referencedBy: content.digest });
      expect(await store().deleteManifest(deletion(here, twice.digest))).toEqual({ referencedBy: content.digest });
      await store().deleteManifest(deletion(here, content.digest));
    }
  });

  test("reports 1: content that only another repository has, as a blob or as a manifest, is missing", async () => {
    const [blob, child] = [await pushBlob(store(), there, "layer"), lone("child")];
    await pushManifest(store(), there, child);
    const wanted = [blob.digest, child.digest];
    for (const content of [indexOf([blob, asLayer(child)]), image([blob, asLayer(child)])]) {
      expect(await tryPush(store(), here, content)).toEqual({ missing: wanted });
    }
  });

  test("MPUT-11: a manifest of an index must exist as a manifest, because clients read it as one", async () => {
    const child = lone("child");
    await pushBlob(store(), here, Buffer.from(child.bytes).toString());
    expect(await tryPush(store(), here, index([child]))).toEqual({ missing: [child.digest] });
    await pushManifest(store(), here, indexOf([asLayer(child)]));
  });

  test("reports 1: a foreign layer that exists as a manifest is protected", async () => {
    const [config, child] = [await pushBlob(store(), here, "{}"), lone("child")];
    await pushManifest(store(), here, child);
    const content = image([config, { ...asLayer(child), foreign: true }]);
    await pushManifest(store(), here, content);
    expect(await store().deleteManifest(deletion(here, child.digest))).toEqual({ referencedBy: content.digest });
  });
}

const wrong = (of: Digest, actual: number) => ({ digest: of, said: actual + 1, actual });

/** Describes a foreign layer, which need not be in the registry. */
const absent = (label: string) => ({ digest: digest(label), size: Buffer.byteLength(label), foreign: true });

function sizeTests(store: CurrentStore): void {
  test("L24: a wrong size is reported, of a blob and of a manifest", async () => {
    const [config, layer, child] = [
      await pushBlob(store(), here, "{}"),
      await pushBlob(store(), here, "layer"),
      lone("child"),
    ];
    await pushManifest(store(), here, child);
    const { missized } = await lookUp(
      store(),
      here,
      image([config, { ...layer, size: 6 }, { ...asLayer(child), size: child.bytes.length + 1 }]),
    );
    expect(missized).toEqual([wrong(layer.digest, 5), wrong(child.digest, child.bytes.length)]);
    const right = await lookUp(store(), here, image([config, layer, asLayer(child)]));
    expect([right.missing, right.missized]).toEqual([[], []]);
  });

  test("L24: a wrong size of a foreign layer that exists is reported; the size of a missing one is not checked", async () => {
    const [config, layer] = [await pushBlob(store(), here, "{}"), await pushBlob(store(), here, "layer")];
    const found = await lookUp(store(), here, image([config, { ...layer, size: 6, foreign: true }, absent("absent")]));
    expect(found.missized).toEqual([{ digest: layer.digest, said: 6, actual: 5 }]);
    expect(found.missing).toEqual([]);
  });

  test("L24: a manifest of schema 1 grows with each signature, so any size of it is accepted", async () => {
    const mediaType = mediaTypes.dockerSchema1Signed;
    const signed: Document = { ...lone("signed"), manifest: { mediaType, blobs: [], manifests: [] } };
    await pushManifest(store(), here, signed);
    const { missing, missized } = await lookUp(store(), here, indexOf([{ digest: signed.digest, size: 1 }]));
    expect([missing, missized]).toEqual([[], []]);
  });
}

function fileTests(store: CurrentStore): void {
  test("L23: bytes in the storage driver are reported with their keys", async () => {
    const config = await received(store(), here, "{}", { bytes: Buffer.from("{}") });
    await store().commitBlob(config);
    const [layer, child] = [await pushBlob(store(), here, "layer"), lone("child")];
    await pushManifest(store(), here, child);
    const { digest: of, key, size } = layer;
    const told = async (foreign: boolean) =>
      (await lookUp(store(), here, image([config, { ...layer, foreign }, asLayer(child)]))).files;
    expect(await told(false)).toEqual([{ digest: of, key, size, needed: true }]);
    expect(await told(true)).toEqual([{ digest: of, key, size, needed: false }]);
  });
}

/** Commits an inline blob. */
async function pushInline(store: MetadataStore, text: string) {
  const blob = await received(store, here, text, { key: `row/${text}`, bytes: Buffer.from(text) });
  await store.commitBlob(blob);
  return blob;
}

function transactionTests(store: CurrentStore): void {
  const putWanted = (content: Document) =>
    store().putManifest(put(here, content, [latest], { references: { unresolved: packReferences(content.manifest) } }));

  test("inline blobs and manifests that are looked up in the transaction are protected", async () => {
    const [config, child] = [await pushInline(store(), "{}"), lone("child")];
    await pushManifest(store(), here, child);
    const content = image([config, asLayer(child)]);
    for (let push = 0; push < 2; push += 1) expect(await putWanted(content)).toBe("stored");
    expect((await store().manifestByTag(here, latest))?.digest).toBe(content.digest);
    expect(await store().deleteBlob(deletion(here, config.digest))).toEqual({ referencedBy: content.digest });
    expect(await store().deleteManifest(deletion(here, child.digest))).toEqual({ referencedBy: content.digest });
  });

  test("L23 L24: nothing is stored if a reference is missing, has another size, or is in a file", async () => {
    const [config, file] = [await pushInline(store(), "{}"), await pushBlob(store(), here, "layer")];
    const unresolved = [[config, file], [{ ...config, size: 3 }], [config, { digest: digest("absent"), size: 6 }]];
    for (const [first, ...others] of unresolved) {
      const content = image([first!, ...others]);
      expect(await putWanted(content)).toBe("unresolved");
      expect(await store().manifestByDigest(here, content.digest)).toBeUndefined();
    }
    await store().markBlobCorrupt(config.key);
    expect(await putWanted(image([config]))).toBe("unresolved");
  });
}

function goneTests(store: CurrentStore): void {
  test("M10: content that was deleted since the lookup is missing, and nothing is stored", async () => {
    const [config, layer, child] = [
      await pushBlob(store(), here, "{}"),
      await pushBlob(store(), here, "layer"),
      lone("child"),
    ];
    await pushManifest(store(), here, child);
    const content = image([config, layer, asLayer(child)]);
    const { resolved } = await lookUp(store(), here, content);
    await store().deleteBlob(deletion(here, layer.digest));
    await store().deleteManifest(deletion(here, child.digest));
    const attempt = put(here, content, [latest], { references: resolved });
    expect(await store().putManifest(attempt)).toEqual({ missing: [layer.digest, child.digest] });
    expect(await store().putManifest({ ...attempt, repository: there })).toEqual({
      missing: [...[config.digest, layer.digest].toSorted(), child.digest],
    });
    expect(await store().manifestByDigest(here, content.digest)).toBeUndefined();
    expect(await store().repositoryExists(there)).toBe(false);
  });
}

function manyTests(store: CurrentStore): void {
  const count = metadataLimits.referencesAtOnce + 1;
  test("M10: a manifest with many references is looked up like one with few, and protects them", async () => {
    const blobs = [];
    for (let nth = 0; nth < count; nth += 1) blobs.push(await pushBlob(store(), here, `layer ${nth}`));
    const [config, ...layers] = blobs as [(typeof blobs)[0], ...typeof blobs];
    const content = image([config, ...layers]);
    const missing = digest("absent");
    expect((await lookUp(store(), here, image([config, ...layers, { digest: missing, size: 6 }]))).missing).toEqual([
      missing,
    ]);
    for (const at of [now, now + 1]) await pushManifest(store(), here, content, [latest], at);
    for (const { digest: of } of [blobs[0]!, blobs.at(-1)!]) {
      expect(await store().deleteBlob(deletion(here, of))).toEqual({ referencedBy: content.digest });
    }
  });

  test("M10: a manifest that is pushed again protects content that arrived since", async () => {
    const config = await pushBlob(store(), here, "{}");
    const others = Array.from({ length: count }, (_, nth) => lone(`child ${nth}`));
    for (const child of others) await pushManifest(store(), here, child);
    const content = image([config, ...others.map(asLayer), absent("late"), absent("later")]);
    await pushManifest(store(), here, content);
    await pushBlob(store(), here, "late");
    await pushManifest(store(), here, { ...content });
    const referenced = { referencedBy: content.digest };
    expect(await store().deleteBlob(deletion(here, digest("late")))).toEqual(referenced);
    // The number of references is the same as before, but one has another key.
    const lateKey = (await store().blob(here, digest("late")))!.key;
    await store().markBlobCorrupt(lateKey);
    await pushBlob(store(), here, "later");
    await pushManifest(store(), here, content);
    expect(await store().deleteBlob(deletion(here, digest("later")))).toEqual(referenced);
  });
}

/** Tests of indexes whose manifests may be pushed later. */
function sparseTests(store: CurrentStore): void {
  const [come, missing] = [lone("comes later"), lone("never comes")];

  test("MPUT-11 an awaited manifest is protected as soon as it is stored", async () => {
    const list = index([come, missing]);
    const other = index([come], { annotations: { is: "another" } });
    for (const each of [list, other, list]) expect(await pushSparse(store(), here, each)).toBe("stored");
    expect(await store().manifestByDigest(here, come.digest)).toBeUndefined();
    await pushManifest(store(), here, come);
    for (const each of [list, other]) {
      expect(await store().deleteManifest(deletion(here, come.digest))).toMatchObject({
        referencedBy: expect.any(String),
      });
      expect(await store().deleteManifest(deletion(here, each.digest))).toBe("deleted");
    }
    expect(await store().deleteManifest(deletion(here, come.digest))).toBe("deleted");
  });

  test("an existing manifest is protected at once, and one that only a deleted index awaited is not", async () => {
    await pushManifest(store(), here, come);
    const list = index([come, missing]);
    await pushSparse(store(), here, list);
    expect(await store().deleteManifest(deletion(here, come.digest))).toEqual({ referencedBy: list.digest });
    expect(await store().deleteManifest(deletion(here, list.digest))).toBe("deleted");
    await pushManifest(store(), here, missing);
    expect(await store().deleteManifest(deletion(here, missing.digest))).toBe("deleted");
  });

  test("a manifest that arrives between the lookup and the push of the index is protected", async () => {
    const list = index([come]);
    const { resolved } = await store().references(here, packReferences(list.manifest, true));
    await pushManifest(store(), here, come);
    await store().putManifest(put(here, list, [], { references: resolved }));
    expect(await store().deleteManifest(deletion(here, come.digest))).toEqual({ referencedBy: list.digest });
  });

  test("an index awaits only manifests of its repository, and its blobs must exist", async () => {
    const list = index([come]);
    await pushSparse(store(), there, list);
    await pushManifest(store(), here, come);
    expect(await store().deleteManifest(deletion(here, come.digest))).toBe("deleted");
    const layer = digest("layer");
    expect(await pushSparse(store(), here, indexOf([{ digest: layer, size: 5 }]))).toEqual({ missing: [layer] });
  });
}
