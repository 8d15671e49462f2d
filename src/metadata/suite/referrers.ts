import { describe, expect, test } from "bun:test";
import { digestOf } from "../../oci/digest.ts";
import {
  deletion,
  image,
  index,
  lone,
  manifestDescriptor,
  pushBlob,
  pushManifest,
  repository,
  type CurrentStore,
  type Document,
} from "./content.ts";

const here = repository("team/app");
const there = repository("team/base");
const signature = "application/vnd.example.signature";
const sbom = "application/vnd.example.sbom";
const all = { limit: 100 };

export function referrersContract(store: CurrentStore): void {
  describe("referrers", () => {
    contentTests(store);
    listTests(store);
  });
}

function referrer(subject: Document, label: string, artifactType?: string): Document {
  return lone(label, { subject: manifestDescriptor(subject), ...(artifactType && { artifactType }) });
}

function contentTests(store: CurrentStore): void {
  test("REF-05: a referrer is listed with what its descriptor needs", async () => {
    const subject = lone("subject");
    const content = referrer(subject, "signature", signature);
    await pushManifest(store(), here, content);
    expect(await store().referrers(here, subject.digest, undefined, all)).toEqual([
      {
        digest: content.digest,
        mediaType: content.manifest.mediaType,
        size: content.bytes.length,
        artifactType: signature,
        annotations: { label: "signature" },
      },
    ]);
  });

  test("REF-05: an image without an artifact type has its configuration's, an index has none", async () => {
    const subject = manifestDescriptor(lone("subject"));
    const picture = image([await pushBlob(store(), here, "{}")], { subject });
    const list = index([], { subject });
    await pushManifest(store(), here, picture);
    await pushManifest(store(), here, list);
    const listed = await store().referrers(here, lone("subject").digest, undefined, all);
    const types = new Map(listed.map((record) => [record.digest, record.artifactType]));
    expect(types.get(picture.digest)).toBe("application/vnd.oci.image.config.v1+json");
    expect(types.get(list.digest)).toBeNull();
    expect(listed.map((record) => record.annotations)).toEqual([null, null]);
  });

  test("REF-06: referrers may come before their subject, and stay when it goes", async () => {
    const subject = lone("subject");
    const [early, late] = [referrer(subject, "early"), referrer(subject, "late")];
    await pushManifest(store(), here, early);
    await pushManifest(store(), here, subject);
    await pushManifest(store(), here, late);
    expect(await store().deleteManifest(deletion(here, subject.digest))).toBe("deleted");
    const listed = await store().referrers(here, subject.digest, undefined, all);
    expect(listed.map((record) => record.digest)).toEqual([early.digest, late.digest].toSorted());
    expect(await store().manifestByDigest(here, early.digest)).toBeDefined();
  });

  test("REF-11: a deleted referrer is listed no more, one that was pushed twice is listed once", async () => {
    const subject = lone("subject");
    const [gone, kept] = [referrer(subject, "gone"), referrer(subject, "kept")];
    for (const content of [gone, kept, kept]) await pushManifest(store(), here, content);
    await store().deleteManifest(deletion(here, gone.digest));
    const listed = await store().referrers(here, subject.digest, undefined, all);
    expect(listed.map((record) => record.digest)).toEqual([kept.digest]);
  });
}

function listTests(store: CurrentStore): void {
  test("only referrers of this subject, in this repository, are listed", async () => {
    const [subject, another] = [lone("subject"), lone("another")];
    const mine = referrer(subject, "mine");
    await pushManifest(store(), here, mine);
    await pushManifest(store(), here, referrer(another, "of another"));
    await pushManifest(store(), there, referrer(subject, "of another repository"));
    const listed = await store().referrers(here, subject.digest, undefined, all);
    expect(listed.map((record) => record.digest)).toEqual([mine.digest]);
  });

  test("REF-02: without referrers, or without the repository, the list is empty", async () => {
    const subject = lone("subject");
    expect(await store().referrers(here, subject.digest, undefined, all)).toEqual([]);
    await pushManifest(store(), here, subject);
    expect(await store().referrers(here, subject.digest, undefined, all)).toEqual([]);
  });

  test("REF-12: a subject is matched by the digest that was written", async () => {
    const subject = lone("subject");
    const long = { ...subject, digest: digestOf(subject.bytes, "sha512") };
    const content = referrer(long, "signature");
    await pushManifest(store(), here, content);
    expect(await store().referrers(here, subject.digest, undefined, all)).toEqual([]);
    expect(await store().referrers(here, long.digest, undefined, all)).toHaveLength(1);
  });

  test("REF-07: the list can be narrowed to one artifact type", async () => {
    const subject = lone("subject");
    const wanted = referrer(subject, "wanted", signature);
    const others = [referrer(subject, "other", sbom), referrer(subject, "none")];
    for (const content of [wanted, ...others]) await pushManifest(store(), here, content);
    const signatures = await store().referrers(here, subject.digest, signature, all);
    expect(signatures.map((record) => record.digest)).toEqual([wanted.digest]);
    expect(await store().referrers(here, subject.digest, "application/vnd.example.unheard-of", all)).toEqual([]);
    expect(await store().referrers(here, subject.digest, undefined, all)).toHaveLength(3);
  });

  test("REF-08: pages follow the byte order of the digests, narrowed or not", async () => {
    const subject = lone("subject");
    const contents = Array.from({ length: 9 }, (_, at) => referrer(subject, `${at}`, at % 3 === 0 ? sbom : signature));
    for (const content of contents) await pushManifest(store(), here, content);
    const ordered = contents.map((content) => content.digest).toSorted();
    const page = async (after: string | undefined, limit: number, type?: string) =>
      (await store().referrers(here, subject.digest, type, { after, limit })).map((record) => record.digest);

    expect(await page(undefined, 4)).toEqual(ordered.slice(0, 4));
    expect(await page(ordered[3], 4)).toEqual(ordered.slice(4, 8));
    expect(await page(ordered[7], 4)).toEqual(ordered.slice(8));
    expect(await page(ordered[8], 4)).toEqual([]);
    expect(await page(undefined, 0)).toEqual([]);
    const narrowed = contents.filter((_, at) => at % 3 !== 0).map((content) => content.digest);
    const [first, second, third] = narrowed.toSorted();
    expect(await page(first, 2, signature)).toEqual([second!, third!]);
  });
}
