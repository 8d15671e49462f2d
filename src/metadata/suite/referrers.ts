import { describe, expect, test } from "bun:test";
import { metadataLimits } from "../limits.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import type { ReferrersPage } from "../store.ts";
import {
  deletion,
  image,
  index,
  lone,
  manifestDescriptor,
  pushBlob,
  pushManifest,
  repository,
  tryPush,
  type CurrentStore,
  type Document,
} from "./content.ts";

const here = repository("team/app");
const there = repository("team/base");
const signature = "application/vnd.example.signature";
const sbom = "application/vnd.example.sbom";
const all: ReferrersPage = { limit: 100, bytes: 1_000_000 };

/** Tests of referrers. */
export function referrersContract(store: CurrentStore): void {
  describe("referrers", () => {
    contentTests(store);
    listTests(store);
    pageTests(store);
  });
}

function referrer(subject: Document, label: string, artifactType?: string): Document {
  return lone(label, { subject: manifestDescriptor(subject), ...(artifactType && { artifactType }) });
}

interface Listed {
  readonly digest: Digest;
  readonly [field: string]: unknown;
}

/** Returns the descriptors as a client reads them. */
async function descriptorsOf(store: CurrentStore, subject: Document, type?: string, page = all): Promise<Listed[]> {
  const { descriptors } = await store().referrers(here, subject.digest, type, page);
  return descriptors.map((text) => JSON.parse(text) as Listed);
}

async function digestsOf(store: CurrentStore, subject: Document, type?: string, page = all): Promise<Digest[]> {
  return (await descriptorsOf(store, subject, type, page)).map(({ digest }) => digest);
}

/** The list of a subject without referrers. */
const none = { descriptors: [] };

function contentTests(store: CurrentStore): void {
  test("REF-05: a referrer is listed with all fields of its descriptor", async () => {
    const subject = lone("subject");
    const content = referrer(subject, "signature", signature);
    await pushManifest(store(), here, content);
    expect(await descriptorsOf(store, subject)).toEqual([
      {
        mediaType: content.manifest.mediaType,
        digest: content.digest,
        size: content.bytes.length,
        artifactType: signature,
        annotations: { label: "signature" },
      },
    ]);
  });

  test("REF-05: an image without an artifact type has its configuration's, an index has none", async () => {
    const subject = lone("subject");
    const picture = image([await pushBlob(store(), here, "{}")], { subject: manifestDescriptor(subject) });
    const list = index([], { subject: manifestDescriptor(subject) });
    await pushManifest(store(), here, picture);
    await pushManifest(store(), here, list);
    const listed = await descriptorsOf(store, subject);
    const types = new Map(listed.map(({ digest, artifactType }) => [digest, artifactType]));
    expect(types.get(picture.digest)).toBe("application/vnd.oci.image.config.v1+json");
    expect(types.has(list.digest)).toBe(true);
    expect(listed.filter((descriptor) => "artifactType" in descriptor)).toHaveLength(1);
    expect(listed.filter((descriptor) => "annotations" in descriptor)).toEqual([]);
  });

  test("REF-06: referrers may be pushed before their subject, and stay when it is deleted", async () => {
    const subject = lone("subject");
    const [early, late] = [referrer(subject, "early"), referrer(subject, "late")];
    await pushManifest(store(), here, early);
    await pushManifest(store(), here, subject);
    await pushManifest(store(), here, late);
    expect(await store().deleteManifest(deletion(here, subject.digest))).toBe("deleted");
    expect(await digestsOf(store, subject)).toEqual([early.digest, late.digest].toSorted());
    expect(await store().manifestByDigest(here, early.digest)).toBeDefined();
  });

  test("REF-11: a deleted referrer is not listed any more, and one that was pushed twice is listed once", async () => {
    const subject = lone("subject");
    const [gone, kept] = [referrer(subject, "gone", sbom), referrer(subject, "kept", sbom)];
    for (const content of [gone, kept, kept]) await pushManifest(store(), here, content);
    await store().deleteManifest(deletion(here, gone.digest));
    for (const type of [undefined, sbom]) expect(await digestsOf(store, subject, type)).toEqual([kept.digest]);
  });

  // The length of a descriptor decides in which table it is stored.
  test("a second push of a referrer updates the lists, for any length of its descriptor", async () => {
    const subject = lone("subject");
    const content = referrer(subject, "x".repeat(metadataLimits.listedDescriptorBytes - 290));
    const [short, long] = ["application/a", `application/${"a".repeat(100)}`];
    const lengths: number[] = [];
    for (const [artifactType, before] of [
      [short, sbom],
      [long, short],
      [sbom, long],
      [long, sbom],
    ] as const) {
      const { mediaType } = content.manifest;
      await tryPush(store(), here, { ...content, manifest: { ...content.manifest, artifactType } });
      for (const type of [undefined, artifactType]) {
        expect(await descriptorsOf(store, subject, type)).toMatchObject([{ mediaType, artifactType }]);
      }
      expect(await digestsOf(store, subject, before)).toEqual([]);
      lengths.push(JSON.stringify(await descriptorsOf(store, subject)).length);
    }
    expect(lengths[0]).toBeLessThan(metadataLimits.listedDescriptorBytes);
    expect(lengths[1]).toBeGreaterThan(metadataLimits.listedDescriptorBytes);
  });
}

function listTests(store: CurrentStore): void {
  test("only referrers of this subject, in this repository, are listed", async () => {
    const [subject, another] = [lone("subject"), lone("another")];
    const mine = referrer(subject, "mine");
    await pushManifest(store(), here, mine);
    await pushManifest(store(), here, referrer(another, "of another"));
    await pushManifest(store(), there, referrer(subject, "of another repository"));
    expect(await digestsOf(store, subject)).toEqual([mine.digest]);
  });

  test("REF-02: without referrers, or without the repository, the list is empty", async () => {
    const subject = lone("subject");
    expect(await store().referrers(here, subject.digest, undefined, all)).toEqual(none);
    await pushManifest(store(), here, subject);
    expect(await store().referrers(here, subject.digest, undefined, all)).toEqual(none);
  });

  test("REF-12: a subject is matched by the digest that was written", async () => {
    const subject = lone("subject");
    const long = { ...subject, digest: digestOf(subject.bytes, "sha512") };
    const content = referrer(long, "signature");
    await pushManifest(store(), here, content);
    expect(await digestsOf(store, subject)).toEqual([]);
    expect(await digestsOf(store, long)).toEqual([content.digest]);
  });

  test("REF-07: the list can be narrowed to one artifact type", async () => {
    const subject = lone("subject");
    const wanted = referrer(subject, "wanted", signature);
    const others = [referrer(subject, "other", sbom), referrer(subject, "none")];
    for (const content of [wanted, ...others]) await pushManifest(store(), here, content);
    expect(await digestsOf(store, subject, signature)).toEqual([wanted.digest]);
    expect(await digestsOf(store, subject, "application/vnd.example.unheard-of")).toEqual([]);
    expect(await digestsOf(store, subject)).toHaveLength(3);
  });
}

function pageTests(store: CurrentStore): void {
  test("REF-08: pages follow the byte order of the digests, narrowed or not", async () => {
    const subject = lone("subject");
    const contents = Array.from({ length: 9 }, (_, at) => referrer(subject, `${at}`, at % 3 === 0 ? sbom : signature));
    for (const content of contents) await pushManifest(store(), here, content);
    const ordered = contents.map(({ digest }) => digest).toSorted();
    const page = (after: string | undefined, limit: number, type?: string) =>
      digestsOf(store, subject, type, { ...all, after, limit });

    expect(await page(undefined, 4)).toEqual(ordered.slice(0, 4));
    expect(await page(ordered[3], 4)).toEqual(ordered.slice(4, 8));
    expect(await page(ordered[7], 4)).toEqual(ordered.slice(8));
    expect(await page(ordered[8], 4)).toEqual([]);
    expect(await page(undefined, 0)).toEqual([]);
    const narrowed = contents.filter((_, at) => at % 3 !== 0).map(({ digest }) => digest);
    const [first, second, third] = narrowed.toSorted();
    expect(await page(first, 2, signature)).toEqual([second!, third!]);
  });

  test("REF-08: a page names the cursor of the next one, and the last page names none", async () => {
    const subject = lone("subject");
    const contents = Array.from({ length: 4 }, (_, at) => referrer(subject, `${at}`));
    for (const content of contents) await pushManifest(store(), here, content);
    const ordered = contents.map(({ digest }) => digest).toSorted();
    const next = async (page: Partial<ReferrersPage>) =>
      (await store().referrers(here, subject.digest, undefined, { ...all, ...page })).next;
    expect(await next({ limit: 3 })).toBe(ordered[2]);
    expect(await next({ limit: 4 })).toBeUndefined();
    expect(await next({ limit: 2, after: ordered[0] })).toBe(ordered[2]);
    expect(await next({ limit: 3, after: ordered[0] })).toBeUndefined();
  });

  // Long descriptors are stored in another table than short ones.
  for (const length of [10, metadataLimits.listedDescriptorBytes * 2]) {
    test(`REF-08: a page of descriptors with ${length} bytes of annotations keeps within its bytes`, async () => {
      const subject = lone("subject");
      const contents = Array.from({ length: 5 }, (_, at) => referrer(subject, `${at}`.padEnd(length, "ü"), sbom));
      for (const content of contents) await pushManifest(store(), here, content);
      const ordered = contents.map(({ digest }) => digest).toSorted();
      const { descriptors } = await store().referrers(here, subject.digest, sbom, all);
      const each = Buffer.byteLength(descriptors[0]!) + 1;
      const page = (bytes: number, after?: string) => digestsOf(store, subject, sbom, { limit: 100, bytes, after });
      expect(await page(2 * each)).toEqual(ordered.slice(0, 2));
      expect(await page(2 * each, ordered[1])).toEqual(ordered.slice(2, 4));
      expect(await page(2 * each - 1)).toEqual(ordered.slice(0, 1));
      expect(await page(5 * each)).toEqual(ordered);
      // One descriptor is returned in any case, so that the list continues.
      expect(await page(1)).toEqual(ordered.slice(0, 1));
    });
  }
}
