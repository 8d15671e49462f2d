import { expect, setDefaultTimeout, test } from "bun:test";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { parseNextLink } from "../../src/oci/link-header.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf, indexOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { startRepository } from "../support/repository.ts";

setDefaultTimeout(patienceMs);

const name = "library/referred";

const { registry, image, put, remove } = await startRepository(name);

interface Index {
  readonly schemaVersion: number;
  readonly mediaType: string;
  readonly manifests: readonly { readonly digest: Digest; readonly [field: string]: unknown }[];
}

async function list(subject: Digest, query = "", repository = name): Promise<Index> {
  const response = await fetch(`${registry.url}/v2/${repository}/referrers/${subject}${query}`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, mediaTypes.ociIndex]);
  return (await response.json()) as Index;
}

/** Reads every page with its size in bytes. */
async function pages(path: string): Promise<{ digests: Digest[]; bytes: number; filters: string | null }[]> {
  const found: { digests: Digest[]; bytes: number; filters: string | null }[] = [];
  let next: string | undefined = path;
  while (next !== undefined && found.length < 100) {
    const response: Response = await fetch(registry.url + next);
    expect(response.status).toBe(200);
    const bytes = await response.bytes();
    const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as Index;
    const filters = response.headers.get("oci-filters-applied");
    found.push({ digests: manifests.map(({ digest }) => digest), bytes: bytes.length, filters });
    const link = response.headers.get("link");
    next = link === null ? undefined : parseNextLink(link);
  }
  return found;
}

function about(subject: Content, extra: Readonly<Record<string, unknown>> = {}): Content {
  return imageOf(image.config, [], { subject: descriptorOf(subject, mediaTypes.ociManifest), ...extra });
}

/** The entry of the list for a manifest. */
function entryOf({ digest, bytes }: Content, mediaType: string, rest = {}) {
  return { mediaType, digest, size: bytes.length, ...rest };
}

async function push(content: Content, mediaType: string = mediaTypes.ociManifest): Promise<Content> {
  const stored = await put(content.digest, content, mediaType);
  expect(stored.status, await stored.text()).toBe(201);
  return content;
}

const empty = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] };

test("REF-01 REF-02 REF-04 CL-11 the list is an empty index without referrers, for a missing subject and for a missing repository", async () => {
  expect(await list(image.manifest.digest)).toEqual(empty);
  expect(await list(blobOf("nowhere").digest)).toEqual(empty);
  expect(await list(blobOf("nowhere").digest, "", "no/such")).toEqual(empty);
  expect(await list(digestOf(new Uint8Array(), "sha512"))).toEqual(empty);
  expect(await list(`sha256:${"0".repeat(64)}` as Digest)).toEqual(empty);
});

test("REF-03 a malformed digest is 400 DIGEST_INVALID", async () => {
  for (const digest of ["latest", "sha256:short", "sha256:"]) {
    const response = await fetch(`${registry.url}/v2/${name}/referrers/${digest}`);
    expect([response.status, await codesOf(response)]).toEqual([400, ["DIGEST_INVALID"]]);
  }
});

test("REF-05 REF-06 the list has images and indexes with that subject, pushed before or after it, by tag or digest", async () => {
  const subject = imageOf(image.config, [image.layer], { annotations: { is: "the subject" } });
  const annotations = { created: "yesterday", "org.example.by": "hand" };
  const plain = about(subject);
  const typed = about(subject, { artifactType: "application/vnd.example.sbom", annotations });
  const listed = indexOf([image.manifest], {
    subject: descriptorOf(subject),
    artifactType: "application/vnd.example.list",
  });
  const untyped = indexOf([], { subject: descriptorOf(subject) });
  await push(plain);
  await push(listed, mediaTypes.ociIndex);
  await push(subject);
  await put("sbom", typed);
  await push(untyped, mediaTypes.ociIndex);

  const expected = [
    entryOf(plain, mediaTypes.ociManifest, { artifactType: "application/vnd.oci.image.config.v1+json" }),
    entryOf(typed, mediaTypes.ociManifest, { artifactType: "application/vnd.example.sbom", annotations }),
    entryOf(listed, mediaTypes.ociIndex, { artifactType: "application/vnd.example.list" }),
    entryOf(untyped, mediaTypes.ociIndex),
  ].toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  expect(await list(subject.digest)).toEqual({ ...empty, manifests: expected } as unknown as Index);
});

test("REF-09 REF-10 entries of a fallback tag are listed too, and only once", async () => {
  const subject = await push(imageOf(image.config, [], { annotations: { is: "listed by its clients" } }));
  const [listed, unlisted] = [
    about(subject, { annotations: { no: "1" } }),
    about(subject, { annotations: { no: "2" } }),
  ];
  await push(listed);
  await push(unlisted);
  // It lists one of the referrers, and a referrer of another subject.
  const stranger = await push(about(image.manifest, { annotations: { is: "about another" } }));
  const tag = subject.digest.replace(":", "-");
  const fallback = indexOf([listed, stranger]);
  expect((await put(tag, fallback, mediaTypes.ociIndex)).status).toBe(201);
  const { manifests } = await list(subject.digest);
  expect(manifests.map(({ digest }) => digest).toSorted()).toEqual([listed.digest, unlisted.digest].toSorted());
  const asTag = await fetch(`${registry.url}/v2/${name}/manifests/${tag}`);
  expect(await asTag.bytes()).toEqual(fallback.bytes);
});

test("REF-07 a filter returns only that type, and the reply lists it as applied", async () => {
  const subject = await push(imageOf(image.config, [], { annotations: { is: "filtered" } }));
  const wanted = [1, 2, 3].map((one) =>
    about(subject, { artifactType: "application/vnd.wanted", annotations: { no: `${one}` } }),
  );
  for (const referrer of [...wanted, about(subject, { artifactType: "application/vnd.other" })]) await push(referrer);
  const path = `/v2/${name}/referrers/${subject.digest}`;
  for (const query of ["?artifactType=application%2Fvnd.wanted", "?artifactType=application/vnd.wanted&n=2"]) {
    const found = await pages(path + query);
    expect(found.flatMap(({ digests }) => digests)).toEqual(wanted.map(({ digest }) => digest).toSorted());
    for (const { filters } of found) expect(filters).toBe("artifactType");
  }
  const [all] = await pages(path);
  expect([all?.digests.length, all?.filters]).toEqual([4, null]);
  const [none] = await pages(`${path}?artifactType=application/vnd.none`);
  expect([none?.digests.length, none?.filters]).toEqual([0, "artifactType"]);
});

test("REF-07 a plus sign in the filter may be unencoded, which makes it a space", async () => {
  const subject = await push(imageOf(image.config, [], { annotations: { is: "plus" } }));
  const wanted = await push(about(subject, { artifactType: "application/vnd.a+json" }));
  for (const type of ["application/vnd.a+json", "application%2Fvnd.a%2Bjson"]) {
    const { manifests } = await list(subject.digest, `?artifactType=${type}`);
    expect(manifests.map(({ digest }) => digest)).toEqual([wanted.digest]);
  }
});

test("REF-08 CVE-2023-33959 CVE-2023-46737 pages of n return each referrer exactly once", async () => {
  const subject = await push(imageOf(image.config, [], { annotations: { is: "paged" } }));
  const all: Digest[] = [];
  for (let index = 0; index < 25; index += 1) {
    all.push((await push(about(subject, { annotations: { index: String(index) } }))).digest);
  }
  const path = `/v2/${name}/referrers/${subject.digest}`;
  for (const n of [1, 10, all.length, all.length + 1]) {
    const found = await pages(`${path}?n=${n}`);
    expect(found.flatMap(({ digests }) => digests)).toEqual(all.toSorted());
    expect(found.length).toBe(Math.ceil(all.length / n));
  }
  expect(await pages(`${path}?n=0`)).toMatchObject([{ digests: [] }]);
});

test("REF-08 LIM-11 a page is not larger than clients read, and the Link leads to the rest", async () => {
  const subject = await push(imageOf(image.config, [], { annotations: { is: "heavy" } }));
  const all: Digest[] = [];
  for (let index = 0; index < 5; index += 1) {
    const annotations = { index: String(index), weight: "ü".repeat(800_000) };
    all.push((await push(about(subject, { annotations }))).digest);
  }
  const found = await pages(`/v2/${name}/referrers/${subject.digest}`);
  expect(found.length).toBeGreaterThan(1);
  for (const { bytes } of found) expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(found.flatMap(({ digests }) => digests)).toEqual(all.toSorted());
});

test("REF-11 MDEL-04 a second push adds no entry, a deletion removes it, and a deletion of the subject does not", async () => {
  const subject = await push(imageOf(image.config, [], { annotations: { is: "twice" } }));
  const [kept, doomed] = [
    about(subject, { annotations: { kept: "" } }),
    about(subject, { annotations: { doomed: "" } }),
  ];
  for (const referrer of [kept, doomed, kept]) await push(referrer);
  expect((await list(subject.digest)).manifests.length).toBe(2);
  for (const { digest } of [doomed, subject]) {
    expect((await remove(digest)).status).toBe(202);
  }
  expect((await list(subject.digest)).manifests.map(({ digest }) => digest)).toEqual([kept.digest]);
});

test("REF-12 referrers are found by the digest that they use for the subject", async () => {
  const wide = digestOf(image.manifest.bytes, "sha512");
  const signature = imageOf(image.config, [], { subject: { ...descriptorOf(image.manifest), digest: wide } });
  await push(signature);
  expect((await list(wide)).manifests.map(({ digest }) => digest)).toEqual([signature.digest]);
  expect((await list(image.manifest.digest)).manifests.map(({ digest }) => digest)).not.toContain(signature.digest);
});

test("SEC-08 referrers of another repository are not listed", async () => {
  await push(about(image.manifest));
  expect(await list(image.manifest.digest, "", "library/other")).toEqual(empty);
});
