/** The generated documents, as the registry serves them. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { patienceMs } from "../support/patience.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
}

test("OPS-04 the OpenAPI document is that of the repository, and has each method of each path", async () => {
  const response = await fetch(`${registry.url}/openapi.json`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> };
  expect(document).toEqual(await Bun.file(new URL("../../docs/openapi.json", import.meta.url)).json());
  expect(document.openapi).toStartWith("3.1.");
  const text = JSON.stringify(document);
  for (const { id, method } of rows) {
    expect([id, method, text.includes(id)]).toEqual([id, method, true]);
  }
});

test("OPS-05 the page names each row of the API, and loads nothing from other sites", async () => {
  const response = await fetch(`${registry.url}/docs`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const page = await response.text();
  for (const { id, path } of rows) expect([path, page.includes(id)]).toEqual([path, true]);
  expect(page).not.toMatch(/<script|src=|@import|https?:\/\/[^"<]*\.(?:js|css)/);
});

test("newcomer 3 the policy of the page allows its style sheet: it has the hash of the text between the tags", async () => {
  for (const method of ["GET", "HEAD"]) {
    const page = await (await fetch(`${registry.url}/docs`)).text();
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
    const { headers } = await fetch(`${registry.url}/docs`, { method });
    expect(headers.get("content-security-policy")).toContain(`style-src 'sha256-${hash}';`);
    // No other element or attribute has a style, which the hash would not cover.
    expect([...page.matchAll(/<style|style=/g)].length).toBe(1);
  }
});

test("newcomer 3 a 304 has the policy of the page, which a browser stores in place of the old one", async () => {
  const { headers } = await fetch(`${registry.url}/docs`);
  const again = await fetch(`${registry.url}/docs`, { headers: { "if-none-match": headers.get("etag")! } });
  expect(again.headers.get("content-security-policy")).toBe(headers.get("content-security-policy"));
});

test("OPS-04 OPS-05 a document that the client already has is 304", async () => {
  for (const path of ["/openapi.json", "/docs"]) {
    const etag = (await fetch(registry.url + path)).headers.get("etag")!;
    const again = await fetch(registry.url + path, { headers: { "if-none-match": etag } });
    expect([path, again.status, await again.text()]).toEqual([path, 304, ""]);
  }
});
