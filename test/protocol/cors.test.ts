/** Pages of other origins that the setting `cors-origins` allows. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { loadSettings } from "../../src/config/load.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest } from "../support/prepared.ts";
import { pushImage, startUpload } from "../support/push.ts";
import { ask } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const ui = "https://ui.example";
const name = "team/app";

let listed: TestRegistry;
let open: TestRegistry;
beforeAll(async () => {
  listed = await startRegistry({ settings: loadSettings(["--cors-origins", `${ui},http://localhost:3000`], {}) });
  open = await startRegistry({ settings: loadSettings(["--cors-origins", "*"], {}) });
  for (const { url } of [listed, open]) for (const tag of ["one", "two"]) await pushImage(url, name, tag);
});
afterAll(async () => {
  await listed.dispose();
  await open.dispose();
});

const crossSite = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" };

function get({ url }: TestRegistry, path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${url}/v2/${path}`, { headers: { ...crossSite, ...headers } });
}

test("SEC-18 M19 a page of a listed origin can read each reply and its headers; pages of other origins cannot", async () => {
  for (const origin of [ui, "http://localhost:3000"]) {
    const reply = await get(listed, `${name}/tags/list?n=1`, { origin });
    expect([reply.status, reply.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    expect(reply.headers.get("access-control-allow-credentials")).toBe("true");
    expect(reply.headers.get("vary")).toBe("Origin");
    const exposed = reply.headers.get("access-control-expose-headers")!.split(", ");
    for (const header of [
      "Docker-Content-Digest",
      "Docker-Upload-UUID",
      "Link",
      "Location",
      "Range",
      "Content-Range",
      "ETag",
      "OCI-Subject",
      "OCI-Tag",
      "OCI-Chunk-Min-Length",
      "OCI-Filters-Applied",
      "WWW-Authenticate",
      "Warning",
      "Retry-After",
    ]) {
      expect([header, exposed.includes(header)]).toEqual([header, true]);
    }
    expect(exposed.filter((header) => header.startsWith("Access-Control"))).toEqual([]);
  }
  for (const origin of ["http://ui.example", "https://ui.example:8443", "https://ui.example.evil.test", "null"]) {
    const reply = await get(listed, `${name}/tags/list`, { origin });
    const { status, headers } = reply;
    expect([origin, status, headers.get("access-control-allow-origin")]).toEqual([origin, 403, null]);
    expect(headers.get("vary")).toBe("Origin");
  }
});

test("SEC-18 M19 every reply tells caches that it depends on the Origin, also a reply to a request without one", async () => {
  const plain = await fetch(`${listed.url}/v2/${name}/tags/list`);
  expect([plain.headers.get("vary"), plain.headers.get("access-control-allow-origin")]).toEqual(["Origin", null]);
  const home = await fetch(`${listed.url}/`);
  expect(home.headers.get("vary")).toBe("Accept, Origin");
});

test("SEC-18 M19 the page can read refusals of the API too", async () => {
  for (const [path, status] of [
    [`${name}/manifests/none`, 404],
    ["UPPER/tags/list", 400],
    ["nowhere", 404],
  ] as const) {
    const reply = await get(listed, path, { origin: ui });
    expect([path, reply.status, reply.headers.get("access-control-allow-origin")]).toEqual([path, status, ui]);
  }
});

test("SEC-18 M19 a preflight returns the methods and the headers of its path", async () => {
  for (const row of rows) {
    const { target } = succeedingRequest(row, await prepare(listed, `preflight/${row.id}`));
    const headers = [
      ["Host", "localhost"],
      ["Origin", ui],
      ["Access-Control-Request-Method", row.method],
      ...Object.entries(crossSite),
    ] as const;
    const reply = await ask(listed.port, { method: "OPTIONS", target, headers });
    expect([row.id, reply.status, reply.body.length]).toEqual([row.id, 204, 0]);
    const told = (header: string) => reply.headers.get(`access-control-${header}`)?.split(", ");
    expect([row.id, told("allow-origin")]).toEqual([row.id, [ui]]);
    const methods = rows.filter(({ path }) => path === row.path).map(({ method }) => method);
    expect([row.id, new Set(told("allow-methods"))]).toEqual([row.id, new Set(methods)]);
    for (const header of ["authorization", "content-type", "accept", ...Object.keys(row.headers)]) {
      expect([row.id, header, told("allow-headers")?.includes(header)]).toEqual([row.id, header, true]);
    }
    expect(told("max-age")).toEqual(["600"]);
    expect(reply.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
  }
});

test("SEC-18 M19 a page of a listed origin may send any header, as user interfaces and tracing do", async () => {
  const allowed = async (asked: string) => {
    const headers = { origin: ui, "access-control-request-method": "GET", "access-control-request-headers": asked };
    const reply = await fetch(`${listed.url}/v2/${name}/manifests/one`, { method: "OPTIONS", headers });
    expect(reply.status).toBe(204);
    return reply.headers.get("access-control-allow-headers")!.split(", ");
  };
  expect(await allowed("authorization,cache-control,x-b3-traceid")).toContainValues(["cache-control", "x-b3-traceid"]);
  expect(await allowed("cache-control, pragma")).toContainValues(["cache-control", "pragma"]);
  for (const malformed of ["a b", "a,,b", ",", "<x>", `a-${"x".repeat(5_000)}`]) {
    expect(await allowed(malformed)).toEqual(await allowed(""));
  }
});

test("SEC-18 M19 a page of a listed origin can reach the registry by any host name, and no other page can", async () => {
  const preflight = { "access-control-request-method": "PUT" };
  for (const host of ["registry.example", "my_registry:5000"]) {
    const reply = await get(listed, `${name}/tags/list`, { origin: ui, host });
    expect([reply.status, reply.headers.get("access-control-allow-origin")]).toEqual([200, ui]);
    for (const [origin, status] of [
      [ui, 204],
      [`http://${host}`, 403],
      ["null", 403],
    ] as const) {
      const options = await fetch(`${listed.url}/v2/`, { method: "OPTIONS", headers: { ...preflight, origin, host } });
      expect([origin, options.status]).toEqual([origin, status]);
    }
    expect((await get(listed, `${name}/tags/list`, { host })).status).toBe(403);
    expect((await get(listed, `${name}/tags/list`, { host, "sec-fetch-site": "same-origin" })).status).toBe(403);
  }
});

test("SEC-18 M19 an OPTIONS that is not a preflight of a listed origin is refused as before", async () => {
  const options = (headers: Record<string, string>) => fetch(`${listed.url}/v2/`, { method: "OPTIONS", headers });
  const preflight = { "access-control-request-method": "PUT" };
  expect((await options({ origin: ui })).status).toBe(405);
  expect((await options(preflight)).status).toBe(405);
  expect((await options({ ...preflight, origin: "https://evil.test" })).status).toBe(403);
  const nowhere = await fetch(`${listed.url}/nowhere`, { method: "OPTIONS", headers: { ...preflight, origin: ui } });
  expect(nowhere.status).toBe(404);
});

test("SEC-18 M19 a page of a listed origin can push", async () => {
  const reply = await fetch(`${listed.url}/v2/${name}/blobs/uploads/`, {
    method: "POST",
    headers: { ...crossSite, origin: ui },
  });
  expect([reply.status, reply.headers.get("access-control-allow-origin")]).toEqual([202, ui]);
  expect(await startUpload(listed.url, name)).toStartWith("/v2/");
});

test("SEC-18 M19 with *, every page can read, but without the user's credentials", async () => {
  for (const origin of [ui, "http://evil.test", "null"]) {
    const { status, headers } = await get(open, "_catalog", { origin });
    const told = ["allow-origin", "allow-credentials"].map((header) => headers.get(`access-control-${header}`));
    expect([origin, status, ...told, headers.get("vary")]).toEqual([origin, 200, "*", null, null]);
  }
  // A page that cannot read the reply may not send the request either.
  const image = await fetch(`${open.url}/v2/_catalog`, { headers: { "sec-fetch-site": "cross-site" } });
  expect(image.status).toBe(403);
  const rebound = await get(open, "_catalog", { origin: "http://evil.test", host: "evil.test" });
  expect(rebound.status).toBe(403);
});
