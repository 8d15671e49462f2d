/** A registry below a path, such as `/registry/v2/`, behind a proxy that removes the path prefix or keeps it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { loadSettings, SettingError } from "../../src/config/load.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, indexOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, putManifest, startUpload } from "../support/push.ts";
import { ask } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "team/app";
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ settings: loadSettings(["--path-prefix", "/apps/registry"], {}) });
  for (const tag of ["one", "two"]) await pushImage(registry.url, name, tag);
});
afterAll(() => registry.dispose());

test("a path with double slashes is redirected to the path of clients", async () => {
  for (const path of ["//apps/registry/v2/", "/apps/registry//v2/", "//v2/"]) {
    const { status, headers } = await ask(registry.port, { method: "GET", target: path });
    expect([path, status, headers.get("location")]).toEqual([path, 308, "/apps/registry/v2/"]);
  }
});

/** A public address is the part of a URL before the path prefix. */
describe("with a public address", () => {
  const settings = (...flags: string[]) => loadSettings(["--public-address", ...flags], {});

  test("every Location is absolute and has the prefix, whatever the Host header says; a Link is a path", async () => {
    const flags = ["https://registry.example.com", "--path-prefix", "/apps"] as const;
    const absolute = await startRegistry({ settings: settings(...flags) });
    afterAll(() => absolute.dispose());
    for (const tag of ["one", "two"]) await putManifest(absolute.url, name, tag, indexOf([]), mediaTypes.ociIndex);
    const post = await fetch(`${absolute.url}/v2/${name}/blobs/uploads/`, {
      method: "POST",
      headers: { host: "elsewhere.example" },
    });
    expect(post.headers.get("location")).toStartWith(`https://registry.example.com/apps/v2/${name}/blobs/uploads/`);
    const list = await fetch(`${absolute.url}/v2/${name}/tags/list?n=1`);
    expect(list.headers.get("link")).toStartWith(`</apps/v2/${name}/tags/list`);
  });

  test("an invalid address stops the start", () => {
    for (const text of [
      "registry.example.com",
      "ftp://a",
      "https://a/path",
      "https://a b",
      "https://",
      "https://a@b",
    ]) {
      expect(() => settings(text)).toThrow(SettingError);
    }
    expect(settings("http://localhost:5000/").publicAddress).toBe("http://localhost:5000");
  });
});

/** The prefixes of requests from a proxy that removes the prefix, and from one that keeps it. */
for (const asked of ["", "/apps/registry"]) {
  describe(asked === "" ? "without the prefix" : "with the prefix", () => {
    test("/v2/ exists", async () => {
      expect((await fetch(`${registry.url}${asked}/v2/`)).status).toBe(200);
    });

    test("the Location of an upload begins with the prefix, and works until the end of the upload", async () => {
      const location = await startUpload(registry.url + asked, name);
      expect(location).toStartWith(`/apps/registry/v2/${name}/blobs/uploads/`);
      const { bytes, digest } = blobOf(`followed ${asked}`);
      const put = await fetch(`${registry.url}${location}?digest=${digest}`, { method: "PUT", body: bytes });
      expect(put.status).toBe(201);
      expect(put.headers.get("location")).toBe(`/apps/registry/v2/${name}/blobs/${digest}`);
      expect(await (await fetch(registry.url + put.headers.get("location"))).bytes()).toEqual(bytes);
    });

    test("the Location of a mount begins with the prefix", async () => {
      const content = blobOf("mounted");
      await pushBlob(registry.url, name, content);
      const query = `mount=${content.digest}&from=${name}`;
      const mount = await fetch(`${registry.url}${asked}/v2/other/app/blobs/uploads/?${query}`, { method: "POST" });
      expect([mount.status, mount.headers.get("location")]).toEqual([
        201,
        `/apps/registry/v2/other/app/blobs/${content.digest}`,
      ]);
    });

    test("the Location of a refused chunk begins with the prefix", async () => {
      const location = await startUpload(registry.url + asked, name);
      const headers = { "content-range": "5-9" };
      const refused = await fetch(registry.url + location, { method: "PATCH", body: "12345", headers });
      expect([refused.status, refused.headers.get("location")]).toEqual([416, location]);
    });

    test("the Link to the next page begins with the prefix, and leads there", async () => {
      const page = await fetch(`${registry.url}${asked}/v2/${name}/tags/list?n=1`);
      const link = page.headers.get("link")!;
      expect(link).toBe(`</apps/registry/v2/${name}/tags/list?n=1&last=one>; rel="next"`);
      const next = await fetch(registry.url + /<(.*)>/.exec(link)![1]!);
      expect(await next.json()).toEqual({ name, tags: ["two"] });
    });
  });
}

test("the health probe exists with and without the prefix", async () => {
  for (const path of ["/healthz", "/apps/registry/healthz"]) {
    expect([path, (await fetch(registry.url + path)).status]).toEqual([path, 200]);
  }
});

test("a part of the prefix, or the prefix twice, is 404", async () => {
  for (const path of ["/apps/v2/", "/apps/registryv2/", "/apps/registry/apps/registry/v2/"]) {
    const response = await fetch(registry.url + path);
    expect([path, response.status]).toEqual([path, 404]);
  }
});

test("the name of a repository may begin like the prefix", async () => {
  await pushImage(registry.url, "apps/registry", "latest");
  const manifest = await fetch(`${registry.url}/apps/registry/v2/apps/registry/manifests/latest`);
  expect(manifest.status).toBe(200);
});

test("without the setting, no prefix is removed, whatever X-Forwarded-Prefix says", async () => {
  const plain = await startRegistry();
  const headers = { "x-forwarded-prefix": "/apps/registry" };
  const refused = await fetch(`${plain.url}/apps/registry/v2/`, { headers });
  expect([refused.status, await codesOf(refused)]).toEqual([404, ["UNSUPPORTED"]]);
  const started = await fetch(`${plain.url}/v2/${name}/blobs/uploads/`, { method: "POST", headers });
  expect(started.headers.get("location")).toStartWith("/v2/");
  await plain.dispose();
});

describe("a prefix is a path of plain components other than /v2", () => {
  for (const text of ["/registry", "/a/b.c/~d", "/v2x", "/team/v2"]) {
    test(`${text} is valid`, () => expect(loadSettings(["--path-prefix", text], {}).pathPrefix).toBe(text));
  }
  for (const text of [
    "",
    "/",
    "registry",
    "/registry/",
    "//a",
    "/a/../b",
    "/.",
    "/a b",
    "/a?b",
    "/%61",
    "/v2",
    "/v2/a",
  ]) {
    test(`${JSON.stringify(text)} is invalid`, () =>
      expect(() => loadSettings([`--path-prefix=${text}`], {})).toThrow(SettingError));
  }
});
