import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { patienceMs } from "../support/patience.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { pushImage } from "../support/push.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

for (const path of ["/v2/", "/v2"]) {
  test(`BASE-01 BASE-05 GET ${path} is 200 with {} as JSON and its Content-Length`, async () => {
    const get = await fetch(`${registry.url}${path}`, { redirect: "manual" });
    expect(get.status).toBe(200);
    expect(get.headers.get("content-type")).toBe("application/json");
    expect(get.headers.get("content-length")).toBe("2");
    expect(await get.text()).toBe("{}");
  });

  test(`HEAD-01 HEAD ${path} has the same headers and no body`, async () => {
    const head = await fetch(`${registry.url}${path}`, { method: "HEAD", redirect: "manual" });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe("2");
    expect(await head.text()).toBe("");
  });
}

test("BASE-04 /v2/ exists and /v1/ does not, so that no client falls back to V1", async () => {
  for (const method of ["GET", "HEAD"]) {
    expect((await fetch(`${registry.url}/v2/`, { method })).status).toBe(200);
    for (const path of ["/v1/_ping", "/v1/repositories/library/ubuntu/images"]) {
      expect((await fetch(registry.url + path, { method })).status).toBe(404);
    }
  }
});

test("BASE-03 the reply has the version registry/2.0, which clients of 2014 require", async () => {
  const get = await fetch(`${registry.url}/v2/`);
  expect(get.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
  expect(get.headers.get("x-content-type-options")).toBe("nosniff");
});

test("SEC-09 credentials that the registry did not ask for change nothing", async () => {
  const get = await fetch(`${registry.url}/v2/`, { headers: { authorization: "Basic Og==" } });
  expect(get.status).toBe(200);
});

test("I5 an image has the same bytes after a restart", async () => {
  const first = await startRegistry();
  const { manifest, layer } = await pushImage(first.url, "library/busybox", "latest");
  const second = await first.restart();
  const got = await fetch(`${second.url}/v2/library/busybox/manifests/latest`);
  expect(await got.bytes()).toEqual(manifest.bytes);
  const blob = await fetch(`${second.url}/v2/library/busybox/blobs/${layer.digest}`);
  expect(await blob.bytes()).toEqual(layer.bytes);
  await second.dispose();
});
