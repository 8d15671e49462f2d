/** Manifests and lists that are sent from a file, so that a slow reader costs no memory. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, spyOn, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { httpLimits } from "../../src/http/limits.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import { manifestMemory } from "../../src/http/manifest-memory.ts";
import { blobOf, imageOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob, pushImage, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "team/large";
let registry: TestRegistry;
let large: Content;

const files = () => readdirSync(join(registry.data, "replies", "1"));
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${registry.url}${path}`, { headers });
const manifestPath = () => `/v2/${name}/manifests/${large.digest}`;

beforeAll(async () => {
  registry = await startRegistry({ oneProcess: "its tests count the files for replies, and each worker has its own" });
  const { config } = await pushImage(registry.url, name, "small");
  large = imageOf(config, [], { annotations: { filler: "x".repeat(1_000_000) } });
  expect((await putManifest(registry.url, name, "large", large)).status).toBe(201);
});
afterAll(() => registry.dispose());

describe("H2 a large manifest", () => {
  test("is served unchanged with its length and type, from one file for all readers", async () => {
    for (let count = 0; count < 5; count += 1) {
      const response = await get(manifestPath());
      expect(response.headers.get("content-length")).toBe(String(large.bytes.length));
      expect(response.headers.get("content-type")).toBe("application/vnd.oci.image.manifest.v1+json");
      expect(response.headers.get("content-disposition")).toBe("attachment");
      expect(await response.bytes()).toEqual(large.bytes);
    }
    expect(files()).toHaveLength(1);
    const { mode, size } = statSync(join(registry.data, "replies", "1", files()[0]!));
    expect([mode & 0o777, size]).toEqual([0o600, large.bytes.length]);
  });

  test("has no ranges: it is served whole, as 200", async () => {
    for (const range of ["bytes=0-9", "bytes=-5", "bytes=5-", "bytes=9999999-", "bytes=0-1,3-4"]) {
      const response = await get(manifestPath(), { range });
      const { status, headers } = response;
      const seen = [range, status, headers.get("content-range"), headers.get("content-length")];
      expect(seen).toEqual([range, 200, null, String(large.bytes.length)]);
      expect(await response.bytes()).toEqual(large.bytes);
    }
  });

  test("L22 that the client already has uses no memory", async () => {
    const left = spyOn(manifestMemory, "left");
    const response = await get(manifestPath(), { "if-none-match": `"${large.digest}"` });
    expect(response.status).toBe(304);
    expect(left).not.toHaveBeenCalled();
    left.mockRestore();
  });

  test("is written again if its file was removed or truncated", async () => {
    await (await get(manifestPath())).bytes();
    const path = join(registry.data, "replies", "1", files()[0]!);
    rmSync(path);
    expect(await (await get(manifestPath())).bytes()).toEqual(large.bytes);
    expect(existsSync(path)).toBe(true);
    writeFileSync(path, "cut");
    expect(await (await get(manifestPath())).bytes()).toEqual(large.bytes);
  });
});

test("H2 a long list is served from a file too", async () => {
  const { config } = await pushImage(registry.url, "team/tags", "v1");
  for (let push = 0; push < 12; push += 1) {
    const manifest = imageOf(config, [], { annotations: { push: `${push}` } });
    const tags = Array.from({ length: 50 }, (_, at) => `tag=${`${push}-${at}-`.padEnd(127, "t")}`).join("&");
    const put = await putManifest(registry.url, "team/tags", `${manifest.digest}?${tags}`, manifest);
    expect(put.status).toBe(201);
  }
  const before = files().length;
  const response = await get("/v2/team/tags/tags/list", { range: "bytes=0-9" });
  expect(response.headers.get("content-type")).toStartWith("application/json");
  expect(((await response.json()) as { tags: string[] }).tags).toHaveLength(601);
  const whole = await get("/v2/team/tags/tags/list");
  expect(whole.headers.get("content-disposition")).toBeNull();
  expect(Number(whole.headers.get("content-length"))).toBeGreaterThan(httpLimits.replyInMemoryBytes);
  expect(((await whole.json()) as { tags: string[] }).tags).toHaveLength(601);
  expect(files()).toHaveLength(before + 1);
  const head = await fetch(`${registry.url}/v2/team/tags/tags/list`, { method: "HEAD" });
  expect(head.headers.get("content-length")).toBe(whole.headers.get("content-length"));
});

describe("H2 if no file can be written", () => {
  test("a large manifest is served from memory", async () => {
    const own = await startRegistry();
    rmSync(join(own.data, "replies"), { recursive: true });
    writeFileSync(join(own.data, "replies"), "in the way");
    const { config } = await pushImage(own.url, name, "small");
    const manifest = imageOf(config, [], { annotations: { filler: "y".repeat(1_000_000) } });
    expect((await putManifest(own.url, name, "large", manifest)).status).toBe(201);
    for (let count = 0; count < 20; count += 1) {
      const response = await fetch(`${own.url}/v2/${name}/manifests/large`);
      expect(response.headers.get("content-length")).toBe(String(manifest.bytes.length));
      expect(await response.bytes()).toEqual(manifest.bytes);
    }
    await own.dispose();
  });

  test("the registry still starts", async () => {
    const own = await startRegistry();
    chmodSync(join(own.data, "replies"), 0o500);
    const again = await own.restart();
    expect((await fetch(`${again.url}/v2/`)).status).toBe(200);
    await again.dispose();
  });
});

test("H2 a start removes the files of the last run", async () => {
  const own = await startRegistry();
  writeFileSync(join(own.data, "replies", "1", "left"), "by a run that was killed");
  const again = await own.restart();
  expect(readdirSync(join(again.data, "replies", "1"))).toEqual([]);
  await again.dispose();
});

test("M8 the number of waiting large blobs is limited: one more is 429 with Retry-After", async () => {
  const own = await startRegistry({ budgets: { largeRepliesWaiting: 0 } });
  const blob = blobOf("large", httpLimits.largeReplyBytes + 1);
  await pushBlob(own.url, name, blob);
  for (const place of ["blobs", "blob"]) {
    const asked = Array.from({ length: 50 }, () => fetch(`${own.url}/v2/${name}/${place}/${blob.digest}`));
    const replies = await Promise.all(asked);
    const statuses = new Set(replies.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 429]));
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
    await Promise.all(replies.map((reply) => reply.arrayBuffer()));
  }
  await own.dispose();
});
