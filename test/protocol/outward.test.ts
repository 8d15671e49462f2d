/** No request makes the registry connect to another server, or redirect its clients to one. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { blobOf, descriptorOf, json } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest } from "../support/prepared.ts";
import { ask } from "../support/raw.ts";
import { startRepository } from "../support/repository.ts";

setDefaultTimeout(patienceMs);

const name = "team/outward";

const { registry, image, at, put } = await startRepository(name);

/** Headers that a browser sends for a page of another site. */
const foreignPage = [
  ["Origin", "https://evil.example"],
  ["Referer", "https://evil.example/page"],
  ["Sec-Fetch-Site", "cross-site"],
  ["Cookie", "session=of-a-user"],
] as const;

test("SEC-12 CVE-2020-15157 no row answers with a redirect, which could forward a token", async () => {
  for (const row of rows) {
    const { status, headers } = await ask(
      registry.port,
      succeedingRequest(row, await prepare(registry, `to/${row.id}`)),
    );
    expect([row.id, status >= 200 && status < 300]).toEqual([row.id, true]);
    expect(headers.get("location") ?? "/v2/").toStartWith("/v2/");
    expect(Object.values(row.successes).filter((one) => one.status >= 300 && one.status !== 304)).toEqual([]);
  }
});

test("SEC-13 M19 a page of another origin is refused: no CORS headers, no cookies, no reply to a preflight", async () => {
  for (const row of rows) {
    const request = succeedingRequest(row, await prepare(registry, `cors/${row.id}`));
    const preflight = [["Access-Control-Request-Method", row.method]] as const;
    for (const sent of [
      { ...request, headers: [...(request.headers ?? []), ...foreignPage] },
      { method: "OPTIONS", target: request.target, headers: [...foreignPage, ...preflight] },
    ]) {
      const { status, headers } = await ask(registry.port, sent);
      expect([row.id, sent.method, status]).toEqual([row.id, sent.method, 403]);
      const told = [...headers.keys()].filter((header) => /^access-control-|^set-cookie$/.test(header));
      expect([row.id, told]).toEqual([row.id, []]);
    }
  }
});

test("SEC-16 a layer with URLs is never fetched by the registry", async () => {
  let called = 0;
  const elsewhere = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch() {
      called += 1;
      return new Response("from elsewhere");
    },
  });
  const layer = { ...descriptorOf(blobOf("elsewhere")), urls: [`${elsewhere.url.href}layer`] };
  const manifest = json({ schemaVersion: 2, config: descriptorOf(image.config), layers: [layer] });
  const subject = { ...descriptorOf(blobOf("also elsewhere")), urls: layer.urls };
  const signature = json({ schemaVersion: 2, config: descriptorOf(image.config), layers: [], subject });

  for (const content of [manifest, signature]) expect((await put(content.digest, content)).status).toBe(201);
  expect((await at(manifest.digest)).status).toBe(200);
  for (const method of ["GET", "HEAD"]) {
    const blob = await fetch(`${registry.url}/v2/${name}/blobs/${layer.digest}`, { method, redirect: "manual" });
    expect(blob.status).toBe(404);
  }
  expect((await fetch(`${registry.url}/v2/${name}/referrers/${subject.digest}`)).status).toBe(200);
  expect((await at(manifest.digest, { method: "DELETE" })).status).toBe(202);
  expect(called).toBe(0);
  await elsewhere.stop(true);
});
