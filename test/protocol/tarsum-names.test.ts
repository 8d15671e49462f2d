/** Layers that were pushed by their tarsums: how they are read, mounted and deleted, and the scope of the tarsums. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Digest } from "../../src/oci/digest.ts";
import { pushLayer, reversedLayer, seededLayer } from "../support/layers.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "team/layers";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

function blobUrl(digest: string, repository = name): string {
  return `${registry.url}/v2/${repository}/blobs/${digest}`;
}

async function pushed(bytes: Uint8Array<ArrayBuffer>, digest: Digest, repository = name): Promise<void> {
  await pushLayer(registry.url, repository, bytes, digest);
}

async function expectContent(bytes: Uint8Array<ArrayBuffer>, ...digests: readonly Digest[]): Promise<void> {
  for (const digest of digests) expect(await (await fetch(blobUrl(digest))).bytes()).toEqual(bytes);
}

describe("a blob that is read by its tarsum", () => {
  const { bytes, digest, tarsum } = seededLayer("read");
  beforeAll(() => pushed(bytes, tarsum));

  test("BLOB-02 BLOB-04 has the tarsum as Docker-Content-Digest and the digest of its bytes as ETag", async () => {
    for (const method of ["GET", "HEAD"]) {
      const { status, headers } = await fetch(blobUrl(tarsum), { method });
      expect([status, headers.get("docker-content-digest")]).toEqual([200, tarsum]);
      expect([headers.get("etag"), headers.get("content-length")]).toEqual([`"${digest}"`, String(bytes.length)]);
    }
  });

  test("BLOB-08 can be read in ranges, also with If-Range", async () => {
    for (const condition of [{}, { "if-range": `"${digest}"` }]) {
      const get = await fetch(blobUrl(tarsum), { headers: { range: "bytes=500-599", ...condition } });
      expect([get.status, get.headers.get("content-range")]).toEqual([206, `bytes 500-599/${bytes.length}`]);
      expect(get.headers.get("docker-content-digest")).toBe(tarsum);
      expect(await get.bytes()).toEqual(bytes.slice(500, 600));
    }
    const other = await fetch(blobUrl(tarsum), { headers: { range: "bytes=0-9", "if-range": `"${tarsum}"` } });
    expect(other.status).toBe(200);
  });

  test("BLOB-11 is cached by clients only until they revalidate it", async () => {
    const known = await fetch(blobUrl(tarsum), { headers: { "if-none-match": `"${digest}"` } });
    expect([known.status, known.headers.get("docker-content-digest")]).toEqual([304, tarsum]);
    expect((await fetch(blobUrl(tarsum), { headers: { "if-none-match": `"${tarsum}"` } })).status).toBe(200);
    expect((await fetch(blobUrl(tarsum))).headers.get("cache-control")).toBe("private, no-cache");
    expect((await fetch(blobUrl(digest))).headers.get("cache-control")).toContain("immutable");
  });
});

describe("a tarsum is valid in one repository", () => {
  test("BLOB-07 another repository has neither the tarsum nor the bytes", async () => {
    const { bytes, digest, tarsum } = seededLayer("here");
    await pushed(bytes, tarsum);
    for (const one of [tarsum, digest]) expect((await fetch(blobUrl(one, "team/elsewhere"))).status).toBe(404);
    await pushed(bytes, digest, "team/elsewhere");
    const get = await fetch(blobUrl(tarsum, "team/elsewhere"));
    expect([get.status, await codesOf(get)]).toEqual([404, ["BLOB_UNKNOWN"]]);
  });

  test("other bytes with the same tarsum do not replace it, and are found by their digest", async () => {
    const [first, second] = [seededLayer("two orders"), reversedLayer("two orders")];
    expect([second.tarsum, second.digest === first.digest]).toEqual([first.tarsum, false]);
    await pushed(first.bytes, first.tarsum);
    await pushed(second.bytes, second.tarsum);
    await expectContent(first.bytes, first.tarsum, first.digest);
    await expectContent(second.bytes, second.digest);
    await pushed(second.bytes, second.tarsum, "team/other-order");
    const get = await fetch(blobUrl(second.tarsum, "team/other-order"));
    expect(get.headers.get("etag")).toBe(`"${second.digest}"`);
  });

  for (const by of ["tarsum", "digest"] as const) {
    test(`BDEL-01 BDEL-04 a layer that is deleted by its ${by} is gone by both; then the tarsum is free`, async () => {
      const [first, second] = [seededLayer(`deleted by ${by}`), reversedLayer(`deleted by ${by}`)];
      await pushed(first.bytes, first.tarsum);
      expect((await fetch(blobUrl(first[by]), { method: "DELETE" })).status).toBe(202);
      for (const one of [first.tarsum, first.digest]) {
        expect((await fetch(blobUrl(one))).status).toBe(404);
        expect((await fetch(blobUrl(one), { method: "DELETE" })).status).toBe(404);
      }
      await pushed(second.bytes, second.tarsum);
      await expectContent(second.bytes, second.tarsum, second.digest);
    });
  }

  const mount = (query: Readonly<Record<string, string>>, repository: string) =>
    fetch(`${registry.url}/v2/${repository}/blobs/uploads/?${new URLSearchParams(query)}`, { method: "POST" });

  test("MNT-01 a layer that is mounted by its tarsum has both names", async () => {
    const { bytes, digest, tarsum } = seededLayer("mounted");
    await pushed(bytes, tarsum);
    const target = "team/mounted";
    const post = await mount({ mount: tarsum, from: name }, target);
    expect([post.status, post.headers.get("location")]).toEqual([201, `/v2/${target}/blobs/${tarsum}`]);
    for (const one of [tarsum, digest]) expect((await fetch(blobUrl(one, target))).status).toBe(200);
  });

  test("MNT-02 MNT-03 a mount without a source, or from a source without the layer, starts an upload session", async () => {
    const { bytes, tarsum } = seededLayer("not mounted");
    await pushed(bytes, tarsum);
    const own = await startRegistry({ settings: { anonymousMount: true } });
    try {
      await pushLayer(own.url, name, bytes, tarsum);
      const query = new URLSearchParams({ mount: tarsum });
      const post = await fetch(`${own.url}/v2/team/anywhere/blobs/uploads/?${query}`, { method: "POST" });
      expect(post.status).toBe(202);
    } finally {
      await own.dispose();
    }
    expect((await mount({ mount: tarsum, from: "team/nowhere" }, "team/unmounted")).status).toBe(202);
    expect((await fetch(blobUrl(tarsum, "team/unmounted"))).status).toBe(404);
  });
});
