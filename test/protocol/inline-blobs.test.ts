/** Inline blobs, which are stored in the database. All other tests store their blobs in files. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Glob } from "bun";
import { ociLimits } from "../../src/oci/limits.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { blobOf, imageOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob, putManifest, startUpload } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "library/short";
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

async function get({ digest }: Content, headers: Record<string, string> = {}, repository = name) {
  const answer = await fetch(`${registry.url}/v2/${repository}/blobs/${digest}`, { headers });
  return { answer, bytes: await answer.bytes() };
}

async function files(): Promise<string[]> {
  return Array.fromAsync(new Glob("{blobs,uploads}/**/*").scan(join(registry.data, "storage")));
}

/** Pushes in the ways that clients use: the body is in the POST, the PATCHes or the PUT. */
const ways: Record<string, (content: Content) => Promise<number>> = {
  "POST and PUT": async (content) => {
    await pushBlob(registry.url, name, content);
    return 201;
  },
  "one POST": async ({ bytes, digest }) => {
    const init = { method: "POST", body: bytes };
    return (await fetch(`${registry.url}/v2/${name}/blobs/uploads/?digest=${digest}`, init)).status;
  },
  "POST, PATCH and PUT": async ({ bytes, digest }) => {
    const location = await startUpload(registry.url, name);
    const patched = await fetch(`${registry.url}${location}`, { method: "PATCH", body: bytes });
    const next = patched.headers.get("location");
    return (await fetch(`${registry.url}${next}?digest=${digest}`, { method: "PUT" })).status;
  },
  "two PATCHes and the rest with the PUT": async ({ bytes, digest }) => {
    const location = await startUpload(registry.url, name);
    for (const [start, end] of [
      [0, 10],
      [10, 20],
    ] as const) {
      await fetch(`${registry.url}${location}`, { method: "PATCH", body: bytes.slice(start, end) });
    }
    return (await fetch(`${registry.url}${location}?digest=${digest}`, { method: "PUT", body: bytes.slice(20) }))
      .status;
  },
};

for (const [way, push] of Object.entries(ways)) {
  test(`${way}: the blob is read whole and in part, and no file is left`, async () => {
    const before = await files();
    const blob = blobOf(way, ociLimits.inlineBlobBytes - 1);
    expect(await push(blob)).toBe(201);
    expect(await files()).toEqual(before);
    const whole = await get(blob);
    expect(whole.answer.headers.get("content-length")).toBe(String(blob.bytes.length));
    expect(Buffer.compare(whole.bytes, blob.bytes)).toBe(0);
    const part = await get(blob, { range: "bytes=5-14" });
    expect(part.answer.status).toBe(206);
    expect(part.bytes).toEqual(new Uint8Array(blob.bytes.slice(5, 15)));
  });
}

test("a blob that is one byte longer is stored in a file", async () => {
  const before = await files();
  const blob = blobOf("not short", ociLimits.inlineBlobBytes);
  await pushBlob(registry.url, name, blob);
  expect(await files()).toHaveLength(before.length + 1);
  expect(Buffer.compare((await get(blob)).bytes, blob.bytes)).toBe(0);
});

test("UP-06: every digest is compared with the bytes, and each digest finds them", async () => {
  const { bytes, digest } = blobOf("twice named", 100);
  const other = digestOf(bytes, "sha512");
  const wrong = digestOf(new Uint8Array(1), "sha512");
  const post = (also: string) =>
    fetch(`${registry.url}/v2/${name}/blobs/uploads/?digest=${digest}&digest=${also}`, { method: "POST", body: bytes });
  expect((await post(wrong)).status).toBe(400);
  expect((await get({ bytes, digest })).answer.status).toBe(404);
  expect((await post(other)).status).toBe(201);
  for (const by of [digest, other]) expect((await get({ bytes, digest: by })).bytes).toEqual(new Uint8Array(bytes));
});

describe("an inline blob", () => {
  const blob = blobOf("short", 300);

  test("can be mounted and referred to, and exists after a restart", async () => {
    await pushBlob(registry.url, name, blob);
    const mount = `${registry.url}/v2/library/other/blobs/uploads/?mount=${blob.digest}&from=${name}`;
    expect((await fetch(mount, { method: "POST" })).status).toBe(201);
    expect((await putManifest(registry.url, "library/other", "latest", imageOf(blob, [blob]))).status).toBe(201);
    registry = await registry.restart();
    expect((await get(blob, {}, "library/other")).bytes).toEqual(new Uint8Array(blob.bytes));
    expect(await readdir(join(registry.data, "storage", "uploads"))).toEqual([]);
  });

  test("UP-27: keeps the bytes that arrived before its connection broke", async () => {
    const location = await startUpload(registry.url, name);
    const first = await fetch(`${registry.url}${location}`, { method: "PATCH", body: blob.bytes.slice(0, 100) });
    expect(first.headers.get("range")).toBe("0-99");
    registry = await registry.restart();
    const status = await fetch(`${registry.url}${location}`);
    expect(status.headers.get("range")).toBe("0-99");
    const put = { method: "PUT", body: blob.bytes.slice(100) };
    expect((await fetch(`${registry.url}${location}?digest=${blob.digest}`, put)).status).toBe(201);
  });
});
