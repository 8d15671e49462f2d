/** A registry that mirrors other registries. The parameter `ns` names the registry that the client means. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { AccessRequest } from "../../src/auth/grant.ts";
import { loadSettings } from "../../src/config/load.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushImage } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const mirrored = "mirror/docker.io/library/busybox";
const name = "library/busybox";

let registry: TestRegistry;
let here: Awaited<ReturnType<typeof pushImage>>;
let there: Awaited<ReturnType<typeof pushImage>>;
let asked: AccessRequest[] = [];
beforeAll(async () => {
  registry = await startRegistry({
    settings: loadSettings(["--namespaces", "docker.io=mirror/docker.io,[::1]:5000=mirror/six"], {}),
    policy: {
      decide(request) {
        asked.push(request);
        return "granted";
      },
    },
  });
  here = await pushImage(registry.url, name, "latest", "our own");
  there = await pushImage(registry.url, mirrored, "latest", "the mirrored one");
});
afterAll(() => registry.dispose());

const get = (path: string, method = "GET") => fetch(`${registry.url}/v2/${path}`, { method });

test("NS-01 a pull with a configured namespace is answered from its repository, and the reply names it", async () => {
  const { manifest, layer } = there;
  for (const method of ["GET", "HEAD"]) {
    for (const reference of ["latest", manifest.digest]) {
      const response = await get(`${name}/manifests/${reference}?ns=docker.io`, method);
      expect(response.headers.get("docker-content-digest")).toBe(manifest.digest);
      expect(response.headers.get("oci-namespace")).toBe("docker.io");
    }
    const blob = await get(`${name}/blobs/${layer.digest}?ns=docker.io`, method);
    expect([blob.status, blob.headers.get("oci-namespace")]).toEqual([200, "docker.io"]);
  }
});

test("NS-01 content that only the repository without the namespace has is 404", async () => {
  const missing = await get(`${name}/blobs/${here.layer.digest}?ns=docker.io`);
  expect([missing.status, await codesOf(missing)]).toEqual([404, ["BLOB_UNKNOWN"]]);
  expect((await get(`${name}/manifests/${here.manifest.digest}?ns=docker.io`)).status).toBe(404);
  expect((await get(`${name}/manifests/${there.manifest.digest}`)).status).toBe(404);
});

test("NS-01 ranges, lists and referrers use the namespace too", async () => {
  const { manifest, layer } = there;
  const part = await fetch(`${registry.url}/v2/${name}/blobs/${layer.digest}?ns=docker.io`, {
    headers: { range: "bytes=0-9" },
  });
  expect([part.status, part.headers.get("oci-namespace")]).toEqual([206, "docker.io"]);
  const known = await fetch(`${registry.url}/v2/${name}/manifests/latest?ns=docker.io`, {
    headers: { "if-none-match": `"${manifest.digest}"` },
  });
  expect([known.status, known.headers.get("oci-namespace")]).toEqual([304, "docker.io"]);
  const tags = await get(`${name}/tags/list?ns=docker.io`);
  expect(await tags.json()).toEqual({ name: mirrored, tags: ["latest"] });
  expect(tags.headers.get("oci-namespace")).toBe("docker.io");
  const referrers = await get(`${name}/referrers/${manifest.digest}?ns=docker.io`);
  expect(referrers.headers.get("oci-namespace")).toBe("docker.io");
});

test("NS-02 a namespace that is not configured is ignored", async () => {
  for (const ns of ["quay.io", "docker.io:443", "DOCKER.IO"]) {
    const response = await get(`${name}/manifests/latest?ns=${ns}`);
    expect(response.headers.get("docker-content-digest")).toBe(here.manifest.digest);
    expect(response.headers.get("oci-namespace")).toBeNull();
  }
});

test("NS-03 the access request is for the repository that is read", async () => {
  asked = [];
  await get(`${name}/manifests/latest?ns=docker.io`);
  expect(asked.map(({ action, repository }) => [action, String(repository)])).toEqual([["pull", mirrored]]);
});

test("NS-04 a namespace that is not a host is ignored", async () => {
  for (const ns of ["docker.io%0d%0aSet-Cookie:x", "docker.io/library", "", "a%20b"]) {
    const odd = await get(`${name}/manifests/latest?ns=${ns}`);
    expect([odd.status, odd.headers.get("docker-content-digest")]).toEqual([200, here.manifest.digest]);
    expect([odd.headers.get("oci-namespace"), odd.headers.get("set-cookie")]).toEqual([null, null]);
    await odd.bytes();
  }
});

test("NS-04 a name that becomes too long with its namespace is refused", async () => {
  const long = await get(`${"a".repeat(245)}/manifests/latest?ns=docker.io`);
  expect([long.status, await codesOf(long)]).toEqual([400, ["NAME_INVALID"]]);
});

test("NS-02 pushes ignore the namespace", async () => {
  const post = await fetch(`${registry.url}/v2/${name}/blobs/uploads/?ns=docker.io`, { method: "POST" });
  expect(post.headers.get("location")).toStartWith(`/v2/${name}/blobs/uploads/`);
  expect(post.headers.get("oci-namespace")).toBeNull();
});
