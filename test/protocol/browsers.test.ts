/** No pushed content can run as a page of the registry in a browser. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { blobOf, json, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest } from "../support/prepared.ts";
import { pushBlob, pushImage } from "../support/push.ts";
import { ask, type RawRequest } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

/** Gives a document its own origin, in which no script runs and nothing is loaded. */
const policy = "default-src 'none'; sandbox";
const name = "library/hostile";
const page: Content = json({ x: "<script>document.title = origin</script>" });

let registry: TestRegistry;
let manifest: Content;
beforeAll(async () => {
  registry = await startRegistry();
  ({ manifest } = await pushImage(registry.url, name, "page"));
  await pushBlob(registry.url, name, page);
});
afterAll(() => registry.dispose());

test("SEC-17 H3 no reply can run as a page of the registry: content, range, list, refusal, 304", async () => {
  const at = (path: string, ...headers: (readonly [string, string])[]) => ({
    method: "GET",
    target: `/v2/${name}/${path}`,
    headers,
  });
  const head = (path: string) => ({ ...at(path), method: "HEAD" });
  const blob = `blobs/${page.digest}`;
  const requests: readonly (readonly [number, RawRequest])[] = [
    [200, at("manifests/page")],
    [200, head("manifests/page")],
    [304, at("manifests/page", ["If-None-Match", `"${manifest.digest}"`])],
    [200, at(blob)],
    [200, head(blob)],
    [304, at(blob, ["If-None-Match", `"${page.digest}"`])],
    [206, at(blob, ["Range", "bytes=0-3"])],
    [416, at(blob, ["Range", "bytes=9999-"])],
    [200, at("tags/list")],
    [200, at(`referrers/${page.digest}`)],
    [200, { method: "GET", target: "/v2/_catalog" }],
    [404, at("manifests/%3Cscript%3E")],
    [404, head("manifests/none")],
    [404, at("manifest/none")],
    [404, { method: "GET", target: "/nowhere/%3Cscript%3E" }],
    [405, { method: "OPTIONS", target: "/v2/" }],
    [400, { method: "GET", target: "/v2/", headers: [["Host", "a b"]] }],
  ];
  for (const [status, request] of requests) {
    const { status: given, headers } = await ask(registry.port, request);
    expect([request, given]).toEqual([request, status]);
    const told = [headers.get("content-security-policy"), headers.get("x-content-type-options")];
    expect([request, ...told]).toEqual([request, policy, "nosniff"]);
  }
});

test("SEC-17 H3 every successful reply has a content security policy, and below /v2 it has this one", async () => {
  for (const row of rows) {
    const request = succeedingRequest(row, await prepare(registry, `policy/${row.id}`));
    const { status, headers } = await ask(registry.port, request);
    expect([row.id, status < 300]).toEqual([row.id, true]);
    const given = headers.get("content-security-policy") ?? "none";
    if (row.path.startsWith("/v2")) expect([row.id, given]).toEqual([row.id, policy]);
    else expect([row.id, given]).toEqual([row.id, expect.stringMatching(/^default-src 'none'; /)]);
  }
});

test("SEC-17 H3 a reply with several ranges has the policy too", async () => {
  const large = blobOf("ranges", 4_096);
  await pushBlob(registry.url, name, large);
  const ranges = { range: "bytes=0-9,100-109" };
  const reply = await fetch(`${registry.url}/v2/${name}/blobs/${large.digest}`, { headers: ranges });
  expect([reply.ok, reply.headers.get("content-security-policy")]).toEqual([true, policy]);
});
