/** UP-49: layers that are pushed and read by their tarsums. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { baseLimits } from "../../src/base/limits.ts";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { blobOf } from "../support/content.ts";
import { pushLayer, seededLayer, tarsumOf } from "../support/layers.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { uploadFileOf } from "../support/stored-files.ts";
import { tarOf } from "../support/tar.ts";
import { chunked, Upload } from "../support/upload.ts";
import { hasVectors, vector } from "../support/vectors.ts";

setDefaultTimeout(patienceMs);

const name = "team/layers";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

function blobUrl(digest: string): string {
  return `${registry.url}/v2/${name}/blobs/${digest}`;
}

async function push(bytes: Uint8Array<ArrayBuffer>, query: string): Promise<Response> {
  const upload = await Upload.start(registry.url, name);
  return upload.put(query, bytes);
}

async function expectContent(bytes: Uint8Array, ...digests: readonly Digest[]): Promise<void> {
  for (const digest of digests) {
    const get = await fetch(blobUrl(digest));
    expect([digest, get.status, get.headers.get("docker-content-digest")]).toEqual([digest, 200, digest]);
    expect(Buffer.from(await get.arrayBuffer()).equals(bytes)).toBe(true);
  }
}

function expectCreated(put: Response, tarsum: Digest): void {
  expect([put.status, put.headers.get("location"), put.headers.get("docker-content-digest")]).toEqual([
    201,
    `/v2/${name}/blobs/${tarsum}`,
    tarsum,
  ]);
}

describe("UP-49 a layer is stored by its tarsum, and found by it and by its sha256", () => {
  const spellings = {
    "percent-encoded": encodeURIComponent,
    "unencoded, although a plus sign means a space in a query": (text: string) => text,
  };
  for (const [what, spelled] of Object.entries(spellings)) {
    test(`the digest is ${what}`, async () => {
      const { bytes, digest, tarsum } = seededLayer(what);
      expectCreated(await push(bytes, `digest=${spelled(tarsum)}`), tarsum);
      await expectContent(bytes, tarsum, digest);
    });
  }

  test("in one POST", async () => {
    const { bytes, digest, tarsum } = seededLayer("monolithic");
    const query = `digest=${encodeURIComponent(tarsum)}&length=${bytes.length}`;
    const url = `${registry.url}/v2/${name}/blobs/uploads/?${query}`;
    expectCreated(await fetch(url, { method: "POST", body: bytes }), tarsum);
    await expectContent(bytes, tarsum, digest);
  });

  test("UP-05 a POST with the tarsum and without a body starts an upload session", async () => {
    const { bytes, digest, tarsum } = seededLayer("hinted");
    const query = `digest=${encodeURIComponent(tarsum)}`;
    const post = await fetch(`${registry.url}/v2/${name}/blobs/uploads/?${query}`, { method: "POST" });
    expect(post.status).toBe(202);
    const put = await fetch(`${registry.url}${post.headers.get("location")!}?${query}`, { method: "PUT", body: bytes });
    expectCreated(put, tarsum);
    await expectContent(bytes, tarsum, digest);
  });

  test("in chunks, of which the closing PUT sends the last", async () => {
    const { bytes, digest, tarsum } = seededLayer("chunks");
    const upload = await Upload.start(registry.url, name);
    expect((await upload.patch(bytes.slice(0, 700), "0-699")).status).toBe(202);
    expect((await upload.patch(chunked(bytes.slice(700, 1000)))).headers.get("range")).toBe("0-999");
    const put = await upload.put(`digest=${encodeURIComponent(tarsum)}`, bytes.slice(1000));
    expectCreated(put, tarsum);
    await expectContent(bytes, tarsum, digest);
  });

  for (const label of ["tarsum+sha256", "tarsum.v1+sha256", "tarsum.dev+sha256", "tarsum.v1+sha512"] as const) {
    test(`with the label ${label}`, async () => {
      const { bytes, digest } = seededLayer(label);
      const tarsum = tarsumOf(bytes, label);
      expectCreated(await push(bytes, `digest=${encodeURIComponent(tarsum)}`), tarsum);
      await expectContent(bytes, tarsum, digest);
    });
  }

  test("compressed: the tarsum is that of the archive, the digest that of the sent bytes", async () => {
    // The archive is larger than a piece that is read at a time, and cannot be compressed.
    const { bytes, tarsum } = seededLayer("compressed", randomBytes(5 * 1024 * 1024));
    const compressed = Uint8Array.from(gzipSync(bytes));
    await pushLayer(registry.url, name, compressed, tarsum);
    await expectContent(compressed, tarsum, digestOf(compressed));
    expect((await fetch(blobUrl(digestOf(bytes)))).status).toBe(404);
  });

  test("compressed, with padding at its end", async () => {
    const { bytes, tarsum } = seededLayer("padded");
    const padded = Uint8Array.from(Buffer.concat([gzipSync(bytes), Buffer.alloc(3_000_000)]));
    await pushLayer(registry.url, name, padded, tarsum);
    await expectContent(padded, tarsum, digestOf(padded));
  });

  test("an empty layer", async () => {
    const nothing = new Uint8Array();
    const tarsum = tarsumOf(nothing);
    await pushLayer(registry.url, name, nothing, tarsum);
    await expectContent(nothing, tarsum, digestOf(nothing));
  });

  test("UP-06 with other digests and tarsums, by all of them", async () => {
    const { bytes, digest, tarsum } = seededLayer("many names");
    const names = [tarsum, tarsumOf(bytes, "tarsum+sha256"), digestOf(bytes, "sha512"), digest];
    const query = (digests: readonly string[]) => digests.map((one) => `digest=${encodeURIComponent(one)}`).join("&");
    const wrong = await push(bytes, query([...names, seededLayer("another").tarsum]));
    expect([wrong.status, await codesOf(wrong)]).toEqual([400, ["DIGEST_INVALID"]]);
    for (const one of names) expect((await fetch(blobUrl(one))).status).toBe(404);
    expectCreated(await push(bytes, query(names)), tarsum);
    await expectContent(bytes, ...names);
  });
});

describe.if(hasVectors)("UP-49 the layers of Docker's own tests", () => {
  const vectors = [
    ["tarsum-46af0962-layer", "tarsum+sha256:5e2c2a5b29c91f5ae3323f6cd74d1274c99de342669cb2e0c2b99f5e69c15598"],
    ["tarsum-46af0962-layer", "tarsum.v1+sha256:41cd5c911333ee394776e432fc5a27cc82dfea313e5feff965e31c0fddd9213d"],
    ["tarsum-xattr-layer", "tarsum+sha256:c4c85576835bb02f053d33ef691d7c92a889ef8365481c608e6c33769d519ddf"],
    ["tarsum-xattr-layer", "tarsum.v1+sha256:e77e6c36c4bc32c0795ca8a8c086bbaa6cb83b0d785522182d45d770cc5eeb6f"],
    ["tarsum-511136ea-layer", "tarsum+sha256:2a7812e636235448785062100bb9103096aa6655a8f6bb9ac9b13fe8290f66df"],
    ["tarsum-511136ea-layer", "tarsum.v1+sha256:324d4cf44ee7daa46266c1df830c61a7df615c0632176a339e7310e34723d67a"],
    ["collision-1", "tarsum+sha256:b51c13fbefe158b5ce420d2b930eef54c5cd55c50a2ee4abdddea8fa9f081e0d"],
    ["collision-3", "tarsum.v1+sha256:8da7de4b6758b25676f2db41cee3364f147199fb1239ba2a9f762f1dbe12be4d"],
  ] as const;
  for (const [file, tarsum] of vectors) {
    test(`${file} is ${tarsum.slice(0, 24)}…`, async () => {
      const bytes = vector(`tarsum/${file}.tar`);
      await pushLayer(registry.url, name, bytes, tarsum as Digest);
      await expectContent(bytes, tarsum as Digest, digestOf(bytes));
    });
  }
});

describe("UP-49 content that is refused as DIGEST_INVALID, and leaves nothing behind", () => {
  const { bytes, digest, tarsum } = seededLayer("refused");
  const hex = tarsum.slice(tarsum.indexOf(":") + 1);

  /** Content without a tarsum, with a part of the reason in the error. */
  const contents: Readonly<Record<string, readonly [Uint8Array<ArrayBuffer>, string]>> = {
    "is not an archive": [blobOf("text", 4096).bytes, "a number is not octal"],
    "is a truncated archive": [bytes.slice(0, 700), "truncated"],
    "is corrupt gzip": [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), "gzip"],
    "is truncated gzip": [Uint8Array.from(gzipSync(bytes)).slice(0, -20), "gzip"],
    "LIM-13 CVE-2017-14992 inflates to a huge size": [
      Uint8Array.from(gzipSync(tarOf({ body: new Uint8Array(2 * baseLimits.inflationSlack) }))),
      `${baseLimits.inflationRatio} times`,
    ],
  };
  for (const [what, [content, reason]] of Object.entries(contents)) {
    test(`content that ${what}; the error gives the reason`, async () => {
      const upload = await Upload.start(registry.url, name);
      const put = await upload.put(`digest=${encodeURIComponent(tarsum)}`, content);
      expect(put.status).toBe(400);
      const { errors } = (await put.json()) as { errors: { code: string; message: string }[] };
      expect(errors).toMatchObject([{ code: "DIGEST_INVALID", message: expect.stringContaining(reason) }]);
      expect((await upload.status()).status).toBe(404);
      expect(existsSync(uploadFileOf(registry.data, upload.location))).toBe(false);
      for (const one of [tarsum, digestOf(content)]) expect((await fetch(blobUrl(one))).status).toBe(404);
    });
  }

  test("the tarsum of another layer or version; the session ends", async () => {
    const others = [seededLayer("another").tarsum, `tarsum+sha256:${hex}`];
    for (const other of others) {
      const upload = await Upload.start(registry.url, name);
      const put = await upload.put(`digest=${encodeURIComponent(other)}`, bytes);
      expect([put.status, await put.json()]).toMatchObject([
        400,
        { errors: [{ code: "DIGEST_INVALID", detail: { digest: other } }] },
      ]);
      expect((await upload.status()).status).toBe(404);
      for (const one of [other, tarsum, digest]) expect((await fetch(blobUrl(one))).status).toBe(404);
    }
  });

  const labels = [
    `tarsum.v2+sha256:${hex}`,
    `tarsum.v1+md5:${"a".repeat(32)}`,
    `tarsum.v1+sha1:${"a".repeat(40)}`,
    `tarsum.dev+foo:abcdef0919234`,
    `tarsum.v1+sha256:${hex.slice(1)}`,
    `tarsum.v1+sha256:${hex.toUpperCase()}`,
    `md5:${"a".repeat(32)}`,
  ];
  for (const label of labels) {
    test(`${label.slice(0, 24)}…, before the body is read; the session can be continued`, async () => {
      const upload = await Upload.start(registry.url, name);
      const put = await upload.put(`digest=${encodeURIComponent(label)}`, bytes);
      expect([put.status, await codesOf(put)]).toEqual([400, ["DIGEST_INVALID"]]);
      expect((await upload.status()).headers.get("range")).toBe("0-0");
      expect((await upload.cancel()).status).toBe(204);
    });
  }

  test("UP-07 SIZE_INVALID for a wrong length or size; the session can be continued", async () => {
    const layer = seededLayer("sized");
    const upload = await Upload.start(registry.url, name);
    const query = `digest=${encodeURIComponent(layer.tarsum)}`;
    for (const total of [`length=${layer.bytes.length + 1}`, "size=0"]) {
      const put = await upload.put(`${query}&${total}`, layer.bytes);
      expect([put.status, await codesOf(put)]).toEqual([400, ["SIZE_INVALID"]]);
      expect((await upload.status()).headers.get("range")).toBe("0-0");
    }
    expectCreated(await upload.put(`${query}&length=${layer.bytes.length}`, layer.bytes), layer.tarsum);
  });
});

describe("UP-49 an upload session that ends with a tarsum", () => {
  test("ST-01 UP-23 CAN-01 has a status and an order of its chunks, and can be cancelled", async () => {
    const { bytes, tarsum } = seededLayer("given up");
    const upload = await Upload.start(registry.url, name);
    expect((await upload.patch(bytes.slice(0, 100), "0-99")).status).toBe(202);
    for (const method of ["GET", "HEAD"] as const) {
      const status = await upload.status(method);
      expect([status.status, status.headers.get("range")]).toEqual([204, "0-99"]);
    }
    expect((await upload.patch(bytes.slice(0, 100), "0-99")).status).toBe(416);
    const put = await upload.put(`digest=${encodeURIComponent(tarsum)}`, bytes.slice(200), `200-${bytes.length - 1}`);
    expect(put.status).toBe(416);
    expect((await upload.cancel()).status).toBe(204);
    expect((await upload.put(`digest=${encodeURIComponent(tarsum)}`, bytes.slice(100))).status).toBe(404);
    expect((await fetch(blobUrl(tarsum))).status).toBe(404);
  });

  test("UP-27 continues at its offset after a restart, and the tarsums remain", async () => {
    const { bytes, digest, tarsum } = seededLayer("restarted");
    const before = seededLayer("pushed before");
    let own = await startRegistry();
    try {
      const upload = await Upload.start(own.url, name);
      await upload.patch(bytes.slice(0, 1000));
      const first = await Upload.start(own.url, name);
      expect((await first.put(`digest=${encodeURIComponent(before.tarsum)}`, before.bytes)).status).toBe(201);
      own = await own.restart();
      const again = upload.movedTo(own.url);
      expect((await again.status()).headers.get("range")).toBe("0-999");
      await again.patch(bytes.slice(1000, 2000));
      own = await own.restart();
      const put = await upload.movedTo(own.url).put(`digest=${encodeURIComponent(tarsum)}`, bytes.slice(2000));
      expect(put.status, await put.text()).toBe(201);
      for (const one of [tarsum, digest, before.tarsum]) {
        expect((await fetch(`${own.url}/v2/${name}/blobs/${one}`)).status).toBe(200);
      }
    } finally {
      await own.dispose();
    }
  });
});
