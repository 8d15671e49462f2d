import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { promises as fs } from "node:fs";
import { truncate } from "node:fs/promises";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { blobOf, imageOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { fileOf } from "../support/stored-files.ts";

setDefaultTimeout(patienceMs);

const name = "library/blobs";
const blob = blobOf("a blob", 10_000);
const wide = blobOf("by the other algorithm", 500, "sha512");
const empty: Content = { bytes: new Uint8Array(), digest: digestOf(new Uint8Array()) };
const emptyWide: Content = { bytes: new Uint8Array(), digest: digestOf(new Uint8Array(), "sha512") };
const emptyJson: Content = { bytes: new TextEncoder().encode("{}"), digest: digestOf(new TextEncoder().encode("{}")) };

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ inlineBlobBytes: 0 });
  for (const content of [blob, wide, empty, emptyWide, emptyJson]) await pushBlob(registry.url, name, content);
});
afterAll(() => registry.dispose());

function at(digest: Digest, init: RequestInit = {}, repository = name): Promise<Response> {
  return fetch(`${registry.url}/v2/${repository}/blobs/${digest}`, init);
}

const contents = {
  "some bytes": blob,
  "DIG-02 sha512": wide,
  "BLOB-14 no bytes": empty,
  "BLOB-14 no bytes by sha512": emptyWide,
  "BLOB-14 the empty JSON object": emptyJson,
};

for (const [what, { bytes, digest }] of Object.entries(contents)) {
  test(`BLOB-01 BLOB-02 BLOB-03 BLOB-04 BLOB-05 GET and HEAD have the same headers: ${what}`, async () => {
    const [get, head] = [await at(digest), await at(digest, { method: "HEAD" })];
    expect(await get.bytes()).toEqual(bytes);
    expect((await head.bytes()).length).toBe(0);
    for (const { status, headers } of [get, head]) {
      expect(status).toBe(200);
      expect(headers.get("content-length")).toBe(String(bytes.length));
      expect(headers.get("docker-content-digest")).toBe(digest);
      expect(headers.get("content-type")).toBe("application/octet-stream");
      expect(headers.get("etag")).toBe(`"${digest}"`);
      expect(headers.get("accept-ranges")).toBe("bytes");
      expect(headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });
}

test("BLOB-13 a blob is never compressed, whatever Accept-Encoding says", async () => {
  const get = await at(blob.digest, { headers: { "accept-encoding": "zstd;q=1.0, gzip;q=0.8, deflate;q=0.5" } });
  expect(get.headers.get("content-encoding")).toBeNull();
  expect(get.headers.get("content-length")).toBe(String(blob.bytes.length));
});

test("SEC-07 a browser downloads a blob instead of showing it", async () => {
  expect((await at(blob.digest)).headers.get("content-disposition")).toBe("attachment");
});

test("BLOB-06 code-1 a missing blob is 404 BLOB_UNKNOWN, in an existing and in a missing repository", async () => {
  for (const repository of [name, "no/such"]) {
    const get = await at(blobOf("absent").digest, {}, repository);
    expect([get.status, await codesOf(get)]).toEqual([404, ["BLOB_UNKNOWN"]]);
    expect((await at(blobOf("absent").digest, { method: "HEAD" }, repository)).status).toBe(404);
  }
});

test("DIG-01 a digest of an unknown algorithm is a missing blob", async () => {
  const get = await at("blake3:af1349b9f5f9a1a6a0404dea36dcc949" as Digest);
  expect([get.status, await codesOf(get)]).toEqual([404, ["BLOB_UNKNOWN"]]);
});

test("UP-45 a digest with a percent-encoded colon is the same digest", async () => {
  expect((await at(blob.digest.replace(":", "%3A") as Digest)).status).toBe(200);
});

test("BLOB-07 SEC-08 a blob of another repository is 404", async () => {
  expect((await at(blob.digest, {}, "library/other")).status).toBe(404);
  expect((await at(blob.digest, { method: "HEAD" }, "library")).status).toBe(404);
  await pushBlob(registry.url, "library/other", blobOf("of the other"));
  expect((await at(blob.digest, {}, "library/other")).status).toBe(404);
  expect((await at(blobOf("of the other").digest)).status).toBe(404);
});

test("SEC-05 a blob that was pushed by its sha512 digest cannot be read by its sha256 digest", async () => {
  expect((await at(digestOf(wide.bytes))).status).toBe(404);
});

describe("BLOB-08 CL-07 ranges", () => {
  const size = blob.bytes.length;
  const satisfiable: readonly [range: string, start: number, end: number][] = [
    ["bytes=0-99", 0, 100],
    ["bytes=100-100", 100, 101],
    ["bytes=9000-", 9000, size],
    ["bytes=-1", size - 1, size],
    ["bytes=-500", size - 500, size],
    [`bytes=-${size * 2}`, 0, size],
    [`bytes=9990-${size * 10}`, 9990, size],
    [`bytes=0-${size - 1}`, 0, size],
    ["bytes=0-", 0, size],
  ];
  for (const [range, start, end] of satisfiable) {
    test(`${range} is 206 with that range`, async () => {
      const get = await at(blob.digest, { headers: { range } });
      expect(get.status).toBe(206);
      expect(get.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${size}`);
      expect(get.headers.get("content-length")).toBe(String(end - start));
      expect(get.headers.get("accept-ranges")).toBe("bytes");
      expect(get.headers.get("docker-content-digest")).toBe(blob.digest);
      expect(await get.bytes()).toEqual(blob.bytes.slice(start, end));
    });
  }

  for (const range of [`bytes=${size}-`, `bytes=${size}-${size + 5}`, "bytes=500-0", "bytes=-0"]) {
    test(`BLOB-09 ${range} is 416 with the size`, async () => {
      const get = await at(blob.digest, { headers: { range } });
      expect([get.status, await codesOf(get)]).toEqual([416, ["SIZE_INVALID"]]);
      expect(get.headers.get("content-range")).toBe(`bytes */${size}`);
    });
  }

  test("BLOB-09 each range of an empty blob is 416", async () => {
    const get = await at(empty.digest, { headers: { range: "bytes=0-0" } });
    expect([get.status, get.headers.get("content-range")]).toEqual([416, "bytes */0"]);
  });

  test("BLOB-11 If-Range returns the range for the ETag of this blob, and the whole blob for another or a weak ETag", async () => {
    const part = await at(blob.digest, { headers: { range: "bytes=0-9", "if-range": `"${blob.digest}"` } });
    expect([part.status, (await part.bytes()).length]).toEqual([206, 10]);
    for (const other of [`"${empty.digest}"`, `W/"${blob.digest}"`, "*", "Thu, 01 Jan 2026 00:00:00 GMT"]) {
      const whole = await at(blob.digest, { headers: { range: "bytes=0-9", "if-range": other } });
      expect([other, whole.status, (await whole.bytes()).length]).toEqual([other, 200, size]);
    }
  });

  test("a HEAD is about the whole blob, even with a Range header", async () => {
    const head = await at(blob.digest, { method: "HEAD", headers: { range: "bytes=0-9" } });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(size)]);
  });
});

describe("BLOB-11 SPEC-HTTP-01 If-None-Match", () => {
  const matching = [`"${blob.digest}"`, `W/"${blob.digest}"`, blob.digest, "*", `"sha256:x", "${blob.digest}"`];
  for (const condition of matching) {
    test(`${condition.replace(blob.digest, "<digest>")} is 304 without a body`, async () => {
      for (const method of ["GET", "HEAD"]) {
        const get = await at(blob.digest, { method, headers: { "if-none-match": condition } });
        expect([method, get.status, get.headers.get("etag")]).toEqual([method, 304, `"${blob.digest}"`]);
        expect((await get.bytes()).length).toBe(0);
      }
    });
  }

  test("the ETag of another blob returns the blob", async () => {
    const headers = { "if-none-match": `"${empty.digest}"` };
    const get = await at(blob.digest, { headers });
    expect([get.status, (await get.bytes()).length]).toEqual([200, blob.bytes.length]);
    expect((await at(blob.digest, { method: "HEAD", headers })).status).toBe(200);
  });

  test("SEC-08 the reply is 404 for a blob that is not in this repository", async () => {
    const get = await at(blob.digest, { headers: { "if-none-match": "*" } }, "library/stranger");
    expect(get.status).toBe(404);
  });
});

describe("deletion of a blob", () => {
  test("BDEL-01 BDEL-04 CVE-2026-35172 a deleted blob is gone at once, and can be pushed again at once", async () => {
    const doomed = blobOf("doomed");
    await pushBlob(registry.url, name, doomed);
    expect((await at(doomed.digest, { method: "DELETE" })).status).toBe(202);
    for (const method of ["GET", "HEAD"]) expect((await at(doomed.digest, { method })).status).toBe(404);
    const condition = { "if-none-match": `"${doomed.digest}"` };
    expect((await at(doomed.digest, { headers: condition })).status).toBe(404);
    await pushBlob(registry.url, name, doomed);
    expect(await (await at(doomed.digest)).bytes()).toEqual(doomed.bytes);
  });

  test("BDEL-02 the deletion of a missing blob is 404", async () => {
    for (const repository of [name, "no/such"]) {
      const remove = await at(blobOf("absent").digest, { method: "DELETE" }, repository);
      expect([remove.status, await codesOf(remove)]).toEqual([404, ["BLOB_UNKNOWN"]]);
    }
  });

  test("BDEL-03 a deletion affects only its repository", async () => {
    const shared = blobOf("shared");
    for (const repository of ["share/one", "share/two"]) await pushBlob(registry.url, repository, shared);
    expect((await at(shared.digest, { method: "DELETE" }, "share/one")).status).toBe(202);
    expect((await at(shared.digest, {}, "share/one")).status).toBe(404);
    expect(await (await at(shared.digest, {}, "share/two")).bytes()).toEqual(shared.bytes);
  });

  test("BDEL-03 the deletion of a blob is 405 while a manifest refers to it", async () => {
    const { layer, manifest } = await pushImage(registry.url, "library/kept", "latest");
    const refused = await at(layer.digest, { method: "DELETE" }, "library/kept");
    expect(refused.status).toBe(405);
    expect(refused.headers.get("allow")).toBe("GET, HEAD");
    expect(await refused.json()).toMatchObject({
      errors: [{ code: "UNSUPPORTED", detail: { referencedBy: manifest.digest } }],
    });
    expect((await at(layer.digest, {}, "library/kept")).status).toBe(200);
    await fetch(`${registry.url}/v2/library/kept/manifests/${manifest.digest}`, { method: "DELETE" });
    expect((await at(layer.digest, { method: "DELETE" }, "library/kept")).status).toBe(202);
  });
});

describe("I1 a blob whose file is missing or truncated", () => {
  const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
    removed: (path) => fs.rm(path),
    "cut short": (path) => truncate(path, 100),
    "cut to nothing": (path) => truncate(path, 0),
  };
  for (const [what, damage] of Object.entries(damages)) {
    test(`${what}: the blob is 404, no manifest can refer to it, and a push of it repairs it in every repository`, async () => {
      const [broken, config] = [blobOf(`broken ${what}`, 3000), blobOf(`config ${what}`)];
      for (const repository of ["heal/one", "heal/two"]) {
        for (const content of [broken, config]) await pushBlob(registry.url, repository, content);
      }
      await damage(await fileOf(registry.data, broken.digest));
      expect((await at(broken.digest, {}, "heal/one")).status).toBe(404);
      for (const repository of ["heal/one", "heal/two"]) {
        expect((await at(broken.digest, { method: "HEAD" }, repository)).status).toBe(404);
      }
      const put = await putManifest(registry.url, "heal/one", "v1", imageOf(config, [broken]));
      expect([put.status, await codesOf(put)]).toEqual([400, ["MANIFEST_BLOB_UNKNOWN"]]);
      await pushBlob(registry.url, "heal/one", broken);
      for (const repository of ["heal/one", "heal/two"]) {
        expect(await (await at(broken.digest, {}, repository)).bytes()).toEqual(broken.bytes);
      }
      expect((await putManifest(registry.url, "heal/one", "v1", imageOf(config, [broken]))).status).toBe(201);
    });
  }
});
