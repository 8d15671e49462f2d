/** Blobs by the routes of 2014. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "library/layers";
const blob = blobOf("layer", 100);
const path = `/v2/${name}/blob/${blob.digest}`;
let registry: TestRegistry;
/** The second in which the blob was pushed. */
let pushed = 0;
const dateOf = (ms: number) => new Date(ms).toUTCString();

beforeAll(async () => {
  registry = await startRegistry();
  // Dates have seconds. A push within a second shows whether its milliseconds have an effect.
  registry.clock.advance(400);
  pushed = registry.clock.now() - (registry.clock.now() % 1000);
  await pushBlob(registry.url, name, blob);
  registry.clock.advance(60_000);
});
afterAll(() => registry.dispose());

const get = (headers: Record<string, string> = {}, method = "GET") => fetch(registry.url + path, { method, headers });

test("LEG-03 GET returns the blob, HEAD its length, both with the time of the push", async () => {
  const got = await get();
  expect(got.status).toBe(200);
  expect(await got.bytes()).toEqual(blob.bytes);
  const head = await get({}, "HEAD");
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "100", ""]);
  for (const { headers } of [got, head]) {
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("docker-content-digest")).toBe(blob.digest);
    expect(headers.get("last-modified")).toBe(dateOf(pushed));
  }
});

test("LEG-03 a range of the blob is 206, a range outside of it 416", async () => {
  const part = await get({ range: "bytes=10-19" });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 10-19/100"]);
  expect(part.headers.get("last-modified")).toBe(dateOf(pushed));
  expect(await part.bytes()).toEqual(blob.bytes.slice(10, 20));
  const outside = await get({ range: "bytes=100-" });
  expect([outside.status, outside.headers.get("content-range")]).toEqual([416, "bytes */100"]);
});

test("LEG-04 If-Modified-Since with the time of the push or later is 304, earlier is 200", async () => {
  for (const method of ["GET", "HEAD"]) {
    for (const [since, status] of [
      [pushed - 1000, 200],
      [pushed, 304],
      [pushed + 1000, 304],
    ] as const) {
      const asked = await get({ "if-modified-since": dateOf(since) }, method);
      expect([method, since - pushed, asked.status]).toEqual([method, since - pushed, status]);
      expect(asked.headers.get("last-modified")).toBe(dateOf(pushed));
      if (status === 304) expect(await asked.text()).toBe("");
    }
  }
});

test("LEG-04 an invalid date is ignored, and so is any date next to If-None-Match", async () => {
  expect((await get({ "if-modified-since": "yesterday" })).status).toBe(200);
  const later = dateOf(pushed + 1000);
  expect((await get({ "if-modified-since": later, "if-none-match": '"other"' })).status).toBe(200);
  const known = { "if-modified-since": dateOf(pushed - 1000), "if-none-match": `"${blob.digest}"` };
  expect((await get(known)).status).toBe(304);
});

test("LEG-04 If-Range accepts the date or the digest; with another value the whole blob is returned", async () => {
  const range = "bytes=0-9";
  for (const [condition, status] of [
    [dateOf(pushed), 206],
    [`"${blob.digest}"`, 206],
    [dateOf(pushed + 1000), 200],
    ['"other"', 200],
  ] as const) {
    expect([condition, (await get({ range, "if-range": condition })).status]).toEqual([condition, status]);
  }
});

test("LEG-03 a missing blob is 404, and the error names it as a manifest does", async () => {
  const { digest } = blobOf("absent");
  for (const repository of [name, "library/nowhere"]) {
    const got = await fetch(`${registry.url}/v2/${repository}/blob/${digest}`);
    expect(got.status).toBe(404);
    expect(await got.json()).toMatchObject({
      errors: [{ code: "UNKNOWN_LAYER", detail: { unknown: { blobSum: digest } } }],
    });
  }
});

test("LEG-03 an invalid digest is 400 INVALID_DIGEST", async () => {
  for (const digest of ["sha256:abcdef0919234", "layer"]) {
    const got = await fetch(`${registry.url}/v2/${name}/blob/${digest}`);
    expect([digest, got.status, await codesOf(got)]).toEqual([digest, 400, ["INVALID_DIGEST"]]);
  }
});
