/** Long listings, read page by page along the Links while their content changes before and after the current page. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { apiLimits } from "../../src/api/limits.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, indexOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob, putManifest } from "../support/push.ts";
import { isThereAtFirst, walk, walkWhileChanging } from "../support/walk.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const count = 3_000;
const name = "walked/here";
const blob = blobOf("everywhere");

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  for (const repository of ["a/source", name]) await pushBlob(registry.url, repository, blob);
});
afterAll(() => registry.dispose());

async function expectStatus(status: number, request: Promise<Response>): Promise<void> {
  const response = await request;
  expect(response.status, await response.text()).toBe(status);
}

/** Sends some requests at a time, so that their commits form groups. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += 50) await Promise.all(items.slice(from, from + 50).map(work));
}

function expectOnceInOrder(entries: readonly string[]): void {
  expect(entries.length).toBeGreaterThan(count / 2);
  expect([...new Set(entries)].toSorted()).toEqual([...entries]);
}

function numbered(prefix: string): string[] {
  return Array.from({ length: count }, (_, at) => prefix + String(at).padStart(5, "0"));
}

describe("a long walk", () => {
  test("TAGS-05 TAGS-09 along the tags of a repository returns each tag once and in order, despite changes", async () => {
    const manifest = indexOf([]);
    const all = numbered("t");
    const put = (tags: readonly string[]) => {
      const reference = `${manifest.digest}?${tags.map((tag) => `tag=${tag}`).join("&")}`;
      return expectStatus(201, putManifest(registry.url, name, reference, manifest, mediaTypes.ociIndex));
    };
    const first = all.filter(isThereAtFirst);
    for (let from = 0; from < first.length; from += apiLimits.tagsInPush)
      await put(first.slice(from, from + apiLimits.tagsInPush));
    const walked = await walkWhileChanging(registry.url, {
      path: `/v2/${name}/tags/list`,
      all,
      add: (tag) => put([tag]),
      remove: (tag) => expectStatus(202, fetch(`${registry.url}/v2/${name}/manifests/${tag}`, { method: "DELETE" })),
    });
    expectOnceInOrder(walked);
  });

  test("CAT-01 along the catalogue returns each repository once and in order, while others are created", async () => {
    const all = ["a/source", ...numbered("r/"), name];
    const add = (repository: string) => {
      const mount = `/v2/${repository}/blobs/uploads/?mount=${blob.digest}&from=a/source`;
      return expectStatus(201, fetch(registry.url + mount, { method: "POST" }));
    };
    await each(all.filter(isThereAtFirst).slice(1, -1), add);
    const walked = await walkWhileChanging(registry.url, { path: "/v2/_catalog", all, add });
    expectOnceInOrder(walked);
  });
});

describe("a long walk along the referrers of a manifest", () => {
  const subject = indexOf([], { annotations: { is: "the subject" } });
  const path = `/v2/${name}/referrers/${subject.digest}`;
  const types = ["application/vnd.example.a", "application/vnd.example.b"] as const;
  const weight = "ü".repeat(1_600);
  const byDigest = new Map<string, Content>();
  for (let at = 0; at < count; at += 1) {
    // The lists contain short and long descriptors of both types.
    const annotations = { at: String(at), ...(at % 3 > 0 && { weight }) };
    const fields = { artifactType: types[at % 2], annotations, subject: descriptorOf(subject, mediaTypes.ociIndex) };
    const referrer = indexOf([], fields);
    byDigest.set(referrer.digest, referrer);
  }
  const all = [...byDigest.keys()].toSorted();
  const add = (digest: string) =>
    expectStatus(201, putManifest(registry.url, name, digest, byDigest.get(digest)!, mediaTypes.ociIndex));
  const remove = (digest: string) =>
    expectStatus(202, fetch(`${registry.url}/v2/${name}/manifests/${digest}`, { method: "DELETE" }));

  beforeAll(() => each(all.filter(isThereAtFirst), add));

  test("REF-08 returns each referrer once and in order, despite changes", async () => {
    expectOnceInOrder(await walkWhileChanging(registry.url, { path, all, add, remove }));
  });

  test("REF-08 LIM-11 without n has pages of less than 4 MiB, with and without a filter", async () => {
    const found = await walk(registry.url, path);
    expect(found.length).toBeGreaterThan(1);
    for (const { bytes } of found) expect(bytes).toBeLessThan(4 * 1024 * 1024);
    const digests = found.flatMap(({ entries }) => entries);
    expectOnceInOrder(digests);
    const byType = await Promise.all(types.map((type) => walk(registry.url, `${path}?artifactType=${type}`)));
    expect(byType.map((pages) => pages.length > 1)).toEqual([true, true]);
    for (const pages of byType) {
      const entries = pages.flatMap((page) => page.entries);
      expect(entries).toEqual(entries.toSorted());
    }
    expect(
      byType
        .flat()
        .flatMap(({ entries }) => entries)
        .toSorted(),
    ).toEqual(digests);
  });
});
